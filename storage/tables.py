"""Every table, in one place; each text column is declared private (people's words, names, numbers) or free."""

from sqlalchemy import Column, ForeignKey, Index, MetaData, Table, Text, UniqueConstraint, and_, literal_column, true

from storage.columns import NAMES, Writing, count, few, free, moment, private, row_number, row_of, theirs, yes

LIVE_STATES = ("open", "accepted", "in_progress", "waiting_customer")
"""The states in which somebody works on a case."""
LIVE = tuple(literal_column(f"'{state}'", Text) for state in LIVE_STATES)
OWED = tuple(literal_column(f"'{state}'", Text) for state in ("waiting", "sending"))
"""The states of a letter that has not arrived; written out, so that the partial index is found."""
_NONE = literal_column("''", Text)

metadata = MetaData(naming_convention=NAMES)

inbox = Table(
    "inbox",
    metadata,
    row_number("id"),
    free("channel"),
    free("ext_id"),
    free("customer"),
    private("body"),
    moment("heard_at", needed=True),
    moment("done_at"),
    UniqueConstraint("channel", "customer", "ext_id"),
    sqlite_autoincrement=True,
)
few("ix_inbox_undone", inbox.c.customer, inbox.c.id, where=inbox.c.done_at.is_(None))  # what nobody answered yet

outbox = Table(
    "outbox",
    metadata,
    row_number("seq"),
    free("key"),
    free("to_"),
    free("kind"),
    private("text"),
    free("case_no"),
    private("buttons"),
    yes("urgent"),
    free("speaker"),
    free("channels"),
    count("rank"),
    yes("to_show"),
    yes("to_send"),
    free("state"),
    count("tries"),
    moment("next_try_at"),
    moment("at", needed=True),
    moment("sent_at"),
    row_of("replaces"),
    free("why"),
    moment("held_until"),
    free("incident"),
    free("figures"),
    UniqueConstraint("key"),
    Index("ix_outbox_to_seq", "to_", "seq"),
    sqlite_autoincrement=True,
)
_SHOW, _SEND = outbox.c.to_show == true(), outbox.c.to_send == true()
few("ix_outbox_to_show", outbox.c.rank, outbox.c.seq, where=_SHOW)
few("ix_outbox_unseen", outbox.c.to_, outbox.c.to_show, where=_SHOW)
few("ix_outbox_lanes", outbox.c.rank, outbox.c.seq, where=_SEND)
few("ix_outbox_addresses", outbox.c.to_, outbox.c.rank, outbox.c.seq, outbox.c.next_try_at, where=_SEND)
few("ix_outbox_heads", outbox.c.to_, outbox.c.seq, outbox.c.to_send, where=_SEND)
few("ix_outbox_put_off", outbox.c.to_, outbox.c.next_try_at, where=outbox.c.next_try_at.is_not(None))
few("ix_outbox_held_until", outbox.c.held_until, where=outbox.c.held_until.is_not(None))
UNSENT_EDIT = and_(outbox.c.state == OWED[0], outbox.c.replaces.is_not(None))
few("ix_outbox_edits", outbox.c.replaces, outbox.c.seq, where=UNSENT_EDIT)
OF_INCIDENT = outbox.c.incident != _NONE
few("ix_outbox_incident", outbox.c.incident, outbox.c.seq, where=OF_INCIDENT)

talk = Table(
    "talk",
    metadata,
    row_number("seq"),
    free("customer"),
    moment("at", needed=True),
    free("sender"),
    private("name"),
    private("text"),
    private("buttons"),
    free("case_no"),
    private("files"),
    free("ext_id"),
    private("heard"),
    row_of("letter_id", "outbox.seq"),
    row_of("replaces"),
    UniqueConstraint("letter_id"),
    Index(None, "customer", "seq"),
    sqlite_autoincrement=True,
)
SENT_FILES = talk.c.files != _NONE
few("ix_talk_files", talk.c.customer, talk.c.seq, where=SENT_FILES)

threads = Table("threads", metadata, free("customer", key=True), private("body"), count("version"), moment("wake_at"))
few("ix_threads_wake_at", threads.c.wake_at, threads.c.customer, where=threads.c.wake_at.is_not(None))

customers = Table(
    "customers",
    metadata,
    free("key", key=True),
    private("name"),
    private("phone"),
    private("accounts"),
    free("channel"),
    moment("forgotten_at"),
)

cases = Table(
    "cases",
    metadata,
    free("no", key=True),
    free("topic"),
    free("state"),
    free("priority"),
    free("customer"),
    free("first_handler"),
    free("helpers"),
    free("hidden"),
    free("stage"),
    moment("opened_at", needed=True),
    moment("begun_at", needed=True),
    moment("accepted_at"),
    moment("resolved_at"),
    moment("closed_at"),
    count("urges"),
    count("seq"),
    count("version"),
    moment("due_at"),
    yes("live"),
    count("rank"),
    moment("wake_at", needed=True),
    free("incident"),
    count("told"),
    private("body"),
    Index(None, "customer", "opened_at"),
    Index(None, "state", "first_handler"),
    Index(None, "opened_at", "no"),
)
few("ix_cases_due_at", cases.c.due_at, where=cases.c.due_at.is_not(None))
WORKED_ON = cases.c.live == true()
"""As their states say; a column of its own, for which SQLite has no index that would be in the way of these two."""
few("ix_cases_urgency", cases.c.rank, cases.c.wake_at, cases.c.opened_at, cases.c.no, where=WORKED_ON)
few("ix_cases_age", cases.c.opened_at, cases.c.no, cases.c.live, where=WORKED_ON)
HIDDEN = cases.c.hidden != _NONE
"""Cases that do not exist for somebody: their column names these people, each between blanks."""
few("ix_cases_hidden", cases.c.no, cases.c.hidden, where=HIDDEN)
MEMBER = cases.c.incident != _NONE
"""Cases that belong to an incident."""
few("ix_cases_incident", cases.c.incident, cases.c.no, where=MEMBER)
few("ix_cases_told", cases.c.incident, cases.c.told, cases.c.no, where=MEMBER)

events = Table(
    "events",
    metadata,
    row_number("id"),
    free("chain"),
    count("seq"),
    moment("at", needed=True),
    free("lane"),
    free("by"),
    free("move"),
    yes("public"),
    private("text"),
    private("facts"),
    private("salt"),  # with the salt gone nobody can guess at words that were blanked
    free("text_hash"),
    free("facts_hash"),
    free("prev_hash"),
    free("hash"),
    UniqueConstraint("chain", "seq"),
    sqlite_autoincrement=True,
)
COUNTED = events.c.move.in_(tuple(literal_column(f"'{move}'", Text) for move in ("resolve", "broken", "rate")))
"""What happened that the figures of a day count."""
few("ix_events_counted", events.c.at, events.c.move, events.c.chain, where=COUNTED)

alerts = Table(
    "alerts",
    metadata,
    row_number("id"),
    Column("case_no", Writing(), ForeignKey("cases.no"), nullable=False, info={"free": True}),
    free("rung"),
    free("why"),
    private("text"),
    free("to_"),
    moment("at", needed=True),
    free("acked_by"),
    moment("acked_at"),
    free("incident"),
    UniqueConstraint("case_no", "rung"),
    sqlite_autoincrement=True,
)
few("ix_alerts_open", alerts.c.id, where=alerts.c.acked_at.is_(None))

incidents = Table(
    "incidents",
    metadata,
    free("no", key=True),
    free("state"),
    private("place"),
    moment("opened_at", needed=True),
    count("version"),
    private("body"),
    Index(None, "opened_at", "no"),
)
RUNNING = incidents.c.state != literal_column("'closed'", Text)
few("ix_incidents_running", incidents.c.opened_at, incidents.c.no, where=RUNNING)

care = Table(
    "care",
    metadata,
    row_number("id"),
    free("customer"),
    *(private(name) for name in ("account", "device", "battery", "contact", "phone")),
    moment("consented_at", needed=True),
    moment("ended_at"),
    Index(None, "customer"),
    sqlite_autoincrement=True,
)
CARED_FOR = care.c.account != _NONE
"""Entries that nobody has forgotten: one an account."""
few("ix_care_account", care.c.account, where=CARED_FOR, unique=True)

sessions = Table(
    "sessions",
    metadata,
    free("hash", key=True),
    free("kind"),
    free("subject"),
    free("csrf"),
    moment("made_at"),
    moment("seen_at"),
    moment("expires_at"),
    Index(None, "subject"),
)

passwords = Table("passwords", metadata, free("no", key=True), free("hashed"))

remembered = Table("remembered", metadata, free("key", key=True), free("value"))

counters = Table("counters", metadata, free("prefix", key=True), count("value"))

reach = Table(
    "reach",
    metadata,
    free("to_", key=True),
    free("channels"),
    theirs("chat"),
    moment("blocked_at"),
    Index(None, "chat"),
)

topics = Table("topics", metadata, free("case_no", key=True), theirs("thread"), Index(None, "thread"))

carried = Table(
    "carried",
    metadata,
    row_of("letter", "outbox.seq", key=True),
    theirs("chat"),
    theirs("message"),
    free("shows"),
    Index(None, "chat", "message"),
)

updates = Table(
    "updates",
    metadata,
    free("bot", key=True),
    theirs("id", key=True),
    private("body"),
    free("chat"),
    free("album"),
    free("state"),
    free("why"),
    moment("at", needed=True),
    moment("try_at"),
    count("tries"),
)
UNREAD = updates.c.state == literal_column("'waiting'", Text)
"""Raw updates that nobody read yet, as their indexes know them."""
few("ix_updates_unread", updates.c.chat, updates.c.id, where=UNREAD)
few("ix_updates_album", updates.c.bot, updates.c.album, where=UNREAD)

table_versions = Table(
    "table_versions",
    metadata,
    row_number("id"),
    free("table_"),
    count("version"),
    private("rows"),
    private("before"),
    free("by"),
    moment("at", needed=True),
    private("reason"),
    UniqueConstraint("table_", "version"),
    sqlite_autoincrement=True,
)
