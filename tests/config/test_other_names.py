from config.other_names import OtherNamesField, split_other_names


def test_split_other_names_leaves_out_empty_lines_and_blanks():
    assert split_other_names("معاذ\r\n\n  معاد \n") == ["معاذ", "معاد"]


def test_split_other_names_of_nothing_is_empty():
    assert split_other_names("") == []


def test_other_names_field_is_rebuilt_by_migrations_as_itself():
    _name, path, args, options = OtherNamesField().deconstruct()

    assert path == "config.other_names.OtherNamesField"
    assert args == []
    assert options["blank"] is True
