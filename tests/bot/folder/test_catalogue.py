from bot.folder.catalogue import TABLES, table_of_file


def test_files_of_many_rows_by_their_table_or_custom_name() -> None:
    assert table_of_file("account") == table_of_file("accounts") == "account"
    assert table_of_file("roster") == "shift"
    assert table_of_file("calendar") == "hours"
    assert table_of_file("hall") is None
    assert table_of_file("nothing") is None


def test_no_file_name_holds_two_tables_and_keys_are_cells() -> None:
    names = [one for name, table in TABLES.items() for one in (name, *table.files)]
    assert len(names) == len(set(names))
    for table in TABLES.values():
        if table.row:
            assert set(table.keys) <= set(table.row.model_fields)
