"""Every fact of meetings.yaml has its line in the table, most of them with a place."""

from tests.consultations.records import leaves


def test_table_names_every_leaf_and_nothing_else():
    paths = [path for path, _leaf in leaves.read_leaves()]

    assert sorted(leaves.read_table()) == sorted(paths)


def test_at_most_five_percent_are_left_out_and_each_with_its_reason():
    figures = leaves.figures()
    reasons = [
        rule["left_out"]
        for rules in leaves.read_table().values()
        if leaves.is_left_out(rules)
        for rule in rules
    ]

    assert figures == {"stored": 767, "listed": 17, "total": 784}
    assert figures["listed"] <= figures["total"] * 5 / 100
    assert len(reasons) == figures["listed"]
    assert all(len(reason) > 20 for reason in reasons)
