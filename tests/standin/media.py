"""Files: taken in by the bot or by people, named by ids, fetched by path."""

from typing import Any

from tests.standin.errors import bad
from tests.standin.params import Params, Upload
from tests.standin.sending import say
from tests.standin.talking import album, caption_of
from tests.standin.world import File, Json, World

FETCH_AT_MOST = 20 * 1024 * 1024
PHOTO_AT_MOST = 10 * 1024 * 1024
FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "video": "videos", "audio": "music"}
SHAPES: dict[str, Json] = {
    "document": {},
    "voice": {"duration": 3},
    "audio": {"duration": 3},
    "video": {"duration": 3, "width": 640, "height": 480},
    "animation": {"duration": 3, "width": 320, "height": 240},
    "video_note": {"duration": 3, "length": 240},
    "sticker": {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"},
}
GROUPED = frozenset({"photo", "video", "document", "audio"})


def keep(world: World, kind: str, upload: Upload, size: int = 0) -> File:
    """Take a file in; `size` may pretend more than there is."""
    no = len(world.files)
    suffix = upload.name.rpartition(".")[2] if "." in upload.name else {"photo": "jpg", "voice": "oga"}.get(kind, "bin")
    path = f"{FOLDERS.get(kind, kind + 's')}/file_{no}.{suffix}"
    made = File(
        f"{kind[:2].upper()}ACAgUAAx{no:08d}-{world.bot['id']}",
        f"AQAD{no:08d}",
        kind,
        path,
        upload.data,
        size or len(upload.data),
        upload.name,
        upload.mime,
    )
    world.files[made.id] = made
    return made


def shown(file: File) -> Json:
    """The part of a message that shows this file."""
    base: Json = {"file_id": file.id, "file_unique_id": file.unique, "file_size": file.size}
    if file.kind == "photo":
        small = {
            "file_id": f"{file.id}s",
            "file_unique_id": f"{file.unique}s",
            "file_size": 1,
            "width": 90,
            "height": 60,
        }
        return {"photo": [small, base | {"width": 1280, "height": 853}]}
    if file.kind in {"document", "audio", "video", "animation"} and file.name:
        base["file_name"] = file.name
    if file.mime and file.kind not in {"sticker", "video_note"}:
        base["mime_type"] = file.mime
    return {file.kind: base | SHAPES[file.kind]}


def _file(world: World, params: Params, kind: str, value: Any) -> File:
    upload = params.files.get(kind)
    name = value if isinstance(value, str) else ""
    if name.startswith("attach://"):
        upload = params.files.get(name.removeprefix("attach://"))
        if upload is None:
            raise bad("wrong file attachment specified" if kind not in GROUPED else "file not found in the request")
    if upload is None and not name:
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    if upload is not None:
        if not upload.data:
            raise bad("file must be non-empty")
        if kind == "photo" and len(upload.data) > PHOTO_AT_MOST:
            raise bad("PHOTO_SAVE_FILE_INVALID")
        return keep(world, kind, upload)
    if name.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    there = world.files.get(name) or world.files.get(name.removesuffix("s"))
    if there is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if there.kind != kind:
        raise bad("type of file mismatch")
    return there


def send_media(world: World, params: Params, kind: str) -> Json:
    """Send one file; the parameter bears the kind's name."""
    caption = {} if kind in {"sticker", "video_note"} else caption_of(params)
    return say(world, params, **shown(_file(world, params, kind, params.values.get(kind))), **caption)


def send_group(world: World, params: Params) -> list[Json]:
    """Send an album."""
    media = params.thing("media", "media")
    if not isinstance(media, list) or not 2 <= len(media) <= 10:
        raise bad("group of messages must include 2-10 messages")
    items = []
    kinds = set()
    for one in media:
        if not isinstance(one, dict) or one.get("type") not in GROUPED:
            raise bad("can't parse InputMedia: type of media is invalid")
        kinds.add(one["type"])
        items.append(shown(_file(world, params, one["type"], one.get("media"))) | caption_of(params, one))
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad("can't be mixed with other media types")
    return album(world, params, items)


def get_file(world: World, params: Params) -> Json:
    """Where to fetch a file from."""
    name = params.text("file_id")
    if not name:
        raise bad("file_id not specified")
    file = world.files.get(name) or world.files.get(name.removesuffix("s"))
    if file is None:
        raise bad("invalid file_id")
    if file.size > FETCH_AT_MOST:
        raise bad("file is too big")
    return {"file_id": file.id, "file_unique_id": file.unique, "file_size": file.size, "file_path": file.path}
