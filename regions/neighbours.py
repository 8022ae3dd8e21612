"""Which regions border on which, by the slugs that stand in addresses."""

NEIGHBOURS = {
    "tanger-tetouan-al-hoceima": ("oriental", "fes-meknes", "rabat-sale-kenitra"),
    "oriental": ("tanger-tetouan-al-hoceima", "fes-meknes", "draa-tafilalet"),
    "fes-meknes": (
        "tanger-tetouan-al-hoceima",
        "oriental",
        "rabat-sale-kenitra",
        "beni-mellal-khenifra",
        "draa-tafilalet",
    ),
    "rabat-sale-kenitra": (
        "tanger-tetouan-al-hoceima",
        "fes-meknes",
        "beni-mellal-khenifra",
        "casablanca-settat",
    ),
    "beni-mellal-khenifra": (
        "fes-meknes",
        "rabat-sale-kenitra",
        "casablanca-settat",
        "marrakech-safi",
        "draa-tafilalet",
    ),
    "casablanca-settat": (
        "rabat-sale-kenitra",
        "beni-mellal-khenifra",
        "marrakech-safi",
    ),
    "marrakech-safi": (
        "beni-mellal-khenifra",
        "casablanca-settat",
        "draa-tafilalet",
        "souss-massa",
    ),
    "draa-tafilalet": (
        "oriental",
        "fes-meknes",
        "beni-mellal-khenifra",
        "marrakech-safi",
        "souss-massa",
    ),
    "souss-massa": ("marrakech-safi", "draa-tafilalet", "guelmim-oued-noun"),
    "guelmim-oued-noun": ("souss-massa", "laayoune-sakia-el-hamra"),
    "laayoune-sakia-el-hamra": ("guelmim-oued-noun", "dakhla-oued-ed-dahab"),
    "dakhla-oued-ed-dahab": ("laayoune-sakia-el-hamra",),
}
