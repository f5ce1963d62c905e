"""The invented clients of the example company: names, sectors, places, and what they buy."""

from __future__ import annotations

# name, sector, city, country, territory: the ones a visitor meets first
WELL_KNOWN = [
    ("Brennholt Paper", "Paper", "Halden", "Norway", "North"),
    ("Vantor Chemicals", "Chemicals", "Göteborg", "Sweden", "North"),
    ("Solway Water", "Water", "Carlisle", "United Kingdom", "North"),
    ("Port of Aldmere", "Ports and airports", "Aldmere", "United Kingdom", "North"),
    ("Caswell Dairy", "Food and drink", "Linz", "Austria", "Central"),
    ("Aurelio Glass", "Glass and ceramics", "Jena", "Germany", "Central"),
    ("Kestrel Rail Freight", "Rail", "Lindau", "Germany", "Central"),
    ("Dunmore Breweries", "Food and drink", "Plzeň", "Czechia", "Central"),
    ("Zephyr Cold Chain", "Logistics", "Valencia", "Spain", "South"),
    ("Montclair Ceramics", "Glass and ceramics", "Faenza", "Italy", "South"),
    ("Aldmere Airports", "Ports and airports", "Lisbon", "Portugal", "South"),
    ("Tavora Foods", "Food and drink", "Porto", "Portugal", "South"),
    ("Sandoval Copper", "Mining and metals", "Antofagasta", "Chile", "Overseas"),
    ("Miyako Components", "Automotive", "Nagoya", "Japan", "Overseas"),
    ("Great Lakes Milling", "Food and drink", "Duluth", "United States", "Overseas"),
    ("Umoja Cement", "Building materials", "Mombasa", "Kenya", "Overseas"),
]

STEMS = [
    "Adlersheim",
    "Alvenor",
    "Amberley",
    "Arden",
    "Astwick",
    "Baltrum",
    "Barrowmere",
    "Belcanto",
    "Birkeland",
    "Bramhall",
    "Brightwater",
    "Calder",
    "Carrow",
    "Castellmar",
    "Cordova",
    "Cravenmoor",
    "Dalbyn",
    "Darrow",
    "Delmar",
    "Eastmarch",
    "Eberwald",
    "Elmhurst",
    "Elvaro",
    "Fairholm",
    "Falkenrath",
    "Fenwick",
    "Fjordane",
    "Gallant",
    "Glenmore",
    "Granholm",
    "Greyfriars",
    "Haldane",
    "Hartwell",
    "Helmsby",
    "Hollin",
    "Ibarra",
    "Ingelheim",
    "Islington",
    "Jarnvik",
    "Juniper",
    "Kaldor",
    "Keswick",
    "Kingsford",
    "Korvin",
    "Langdale",
    "Larkspur",
    "Levanto",
    "Lindenau",
    "Lomax",
    "Lorne",
    "Lundgard",
    "Maddox",
    "Marlow",
    "Merrow",
    "Mirador",
    "Montrose",
    "Nordhaven",
    "Norwell",
    "Oakley",
    "Olvera",
    "Orrin",
    "Ostrava",
    "Pellworm",
    "Pemberton",
    "Pinnacle",
    "Quarry",
    "Ravenna",
    "Redcliff",
    "Rivermark",
    "Rosmer",
    "Rothwell",
    "Sandholm",
    "Selkirk",
    "Severn",
    "Silvan",
    "Skagen",
    "Sorrento",
    "Stavern",
    "Stonefield",
    "Sundal",
    "Tamworth",
    "Teller",
    "Thornby",
    "Tidewater",
    "Torvald",
    "Umber",
    "Valdemar",
    "Varenne",
    "Velden",
    "Vestby",
    "Wexcombe",
    "Whitmore",
    "Winterberg",
    "Wolfram",
    "Yarrow",
    "Zell",
]

# sector: endings of company names
SECTORS: dict[str, tuple[str, ...]] = {
    "Paper": ("Paper", "Board", "Tissue", "Packaging"),
    "Chemicals": ("Chemicals", "Polymers", "Coatings", "Resins"),
    "Water": ("Water", "Utilities", "Waterworks"),
    "Food and drink": ("Foods", "Dairy", "Breweries", "Bakeries", "Milling", "Confectionery"),
    "Glass and ceramics": ("Glass", "Ceramics", "Tiles"),
    "Automotive": ("Components", "Castings", "Drives", "Seating"),
    "Logistics": ("Logistics", "Cold Chain", "Parcel", "Warehousing"),
    "Mining and metals": ("Steel", "Copper", "Aluminium", "Minerals"),
    "Energy": ("Energy", "Power", "District Heating", "Grid"),
    "Pharma": ("Pharma", "Biologics", "Diagnostics"),
    "Building materials": ("Cement", "Timber", "Insulation", "Aggregates"),
    "Ports and airports": ("Port Authority", "Terminals", "Airports"),
}

# territory: city, country, currency
PLACES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "North": (
        ("Oslo", "Norway", "NOK"), ("Bergen", "Norway", "NOK"), ("Stockholm", "Sweden", "SEK"),
        ("Malmö", "Sweden", "SEK"), ("Aarhus", "Denmark", "EUR"), ("Turku", "Finland", "EUR"),
        ("Leeds", "United Kingdom", "GBP"), ("Glasgow", "United Kingdom", "GBP"), ("Riga", "Latvia", "EUR"),
    ),
    "Central": (
        ("Hannover", "Germany", "EUR"), ("Leipzig", "Germany", "EUR"), ("Mannheim", "Germany", "EUR"),
        ("Graz", "Austria", "EUR"), ("Winterthur", "Switzerland", "CHF"), ("Basel", "Switzerland", "CHF"),
        ("Brno", "Czechia", "EUR"), ("Wrocław", "Poland", "PLN"), ("Eindhoven", "Netherlands", "EUR"),
    ),
    "South": (
        ("Bologna", "Italy", "EUR"), ("Torino", "Italy", "EUR"), ("Zaragoza", "Spain", "EUR"),
        ("Bilbao", "Spain", "EUR"), ("Braga", "Portugal", "EUR"), ("Thessaloniki", "Greece", "EUR"),
        ("Ljubljana", "Slovenia", "EUR"), ("Lyon", "France", "EUR"),
    ),
    "Overseas": (
        ("Cleveland", "United States", "USD"), ("Houston", "United States", "USD"), ("Osaka", "Japan", "JPY"),
        ("Pune", "India", "USD"), ("Durban", "South Africa", "USD"), ("Kuwait City", "Kuwait", "KWD"),
        ("Monterrey", "Mexico", "USD"), ("Casablanca", "Morocco", "EUR"),
    ),
}  # fmt: skip
CURRENCY_OF = {country: currency for places in PLACES.values() for _city, country, currency in places}
ZONE_OF = {
    "United Kingdom": "Europe/London",
    "Portugal": "Europe/Lisbon",
    "Finland": "Europe/Helsinki",
    "Latvia": "Europe/Riga",
    "Greece": "Europe/Athens",
    "United States": "America/New_York",
    "Japan": "Asia/Tokyo",
    "India": "Asia/Kolkata",
    "South Africa": "Africa/Johannesburg",
    "Kuwait": "Asia/Kuwait",
    "Mexico": "America/Mexico_City",
    "Morocco": "Africa/Casablanca",
    "Chile": "America/Santiago",
    "Kenya": "Africa/Nairobi",
}

# what one unit was worth in euro four years ago, and how much it moves in a quarter
CURRENCIES = {
    "CHF": (1.01, 0.012),
    "GBP": (1.16, 0.015),
    "JPY": (0.0069, 0.03),
    "KWD": (3.12, 0.02),
    "NOK": (0.096, 0.018),
    "PLN": (0.214, 0.014),
    "SEK": (0.092, 0.016),
    "USD": (0.955, 0.022),
}

JOBS = (
    ("Plant manager", "economic_buyer"), ("Chief operating officer", "economic_buyer"),
    ("Finance director", "approver"), ("Head of engineering", "technical_buyer"), ("Head of IT", "technical_buyer"),
    ("Automation engineer", "evaluator"), ("Maintenance lead", "user_buyer"), ("Shift lead", "user_buyer"),
    ("Production manager", "champion"), ("Head of purchasing", "procurement"), ("Buyer", "procurement"),
    ("Legal counsel", "legal"), ("Quality manager", "evaluator"), ("Energy manager", "influencer"),
    ("Chair of the works council", "influencer"), ("Information security officer", "blocker"),
)  # fmt: skip
COMPETITORS = (
    "Orbital Controls", "Hexaline", "Fernwerk Systems", "Parallax Automation", "Quill & Norden", "Stratum Industrial",
    "an in-house team",
)  # fmt: skip
PARTNERS = (
    ("Rautavaara Integration", "integrator"), ("Nordmann Anlagenbau", "integrator"), ("Delphine Partners", "adviser"),
    ("Castor Reselling", "reseller"), ("Meridian Consulting Engineers", "adviser"), ("Brightline Leasing", "buyer"),
)  # fmt: skip

# name and list price in euro; yearly ones are priced a year
OFFERS = (
    ("Line controller", 48_000, False), ("Edge gateway", 6_500, False), ("Operator station", 11_200, False),
    ("Energy monitoring module", 19_500, False), ("Vision inspection cell", 72_000, False),
    ("Engineering and commissioning", 85_000, False), ("Crew training", 9_800, False),
    ("Migration of old code", 36_000, False), ("Platform licence", 42_000, True), ("Remote monitoring", 18_000, True),
    ("Service agreement, standard", 24_000, True), ("Service agreement, round the clock", 46_000, True),
)  # fmt: skip

TOPICS: dict[str, tuple[str, ...]] = {
    "Paper": (
        "Coating line {n}, controls", "Winder drives", "Stock preparation controls", "Web break detection",
        "Steam and condensate", "Reel handling", "Pulper {n} automation", "Quality control system",
    ),
    "Chemicals": (
        "Group energy monitoring", "Batch control, unit {n}", "Tank farm safety system", "Reactor {n} retrofit",
        "Loading bay automation", "Solvent recovery controls", "Alarm management", "Waste water controls",
    ),
    "Water": (
        "Pumping stations, telemetry", "Turbine hall retrofit", "Sludge line {n} controls", "Leak monitoring",
        "Reservoir levels", "Treatment works {n}", "Chlorination controls", "Control room renewal",
    ),
    "Food and drink": (
        "Packaging halls, one platform", "Bottling, plant {n}", "Brewhouse controls renewal", "Recipe control",
        "Cleaning in place, line {n}", "Oven data", "Cold side automation", "Palletising cell {n}",
    ),
    "Glass and ceramics": (
        "Furnace data, two sites", "Kiln scheduling", "Lehr controls, line {n}", "Cullet sorting",
        "Glaze line {n} vision", "Batch house automation", "Press {n} controls", "Heat recovery monitoring",
    ),
    "Automotive": (
        "Press shop {n}, line control", "Paint shop energy", "Assembly traceability", "Test bench control",
        "Casting cell {n} data", "Tool wear monitoring", "Line {n} changeover", "End of line test",
    ),
    "Logistics": (
        "Cold store network", "Sorting centre {n}", "Conveyor retrofit, hall {n}", "Yard management",
        "Dock door controls", "Shuttle store {n}", "Energy of cold rooms", "Parcel measuring",
    ),
    "Mining and metals": (
        "Crusher {n} automation", "Rolling mill data", "Melt shop {n} controls", "Ventilation on demand",
        "Conveyor monitoring", "Furnace {n} electrodes", "Stockyard automation", "Coil tracking",
    ),
    "Energy": (
        "Substation {n} monitoring", "Boiler controls", "Heat network telemetry", "Turbine {n} controls",
        "Peak load control", "Meter data hub", "Biomass feed automation", "Control room renewal",
    ),
    "Pharma": (
        "Clean room monitoring", "Batch records, plant {n}", "Filling line {n}", "Serialisation",
        "Freezer monitoring", "Water for injection controls", "Lab data link", "Packaging line {n} vision",
    ),
    "Building materials": (
        "Kiln {n} optimisation", "Mill controls", "Dispatch automation", "Sawline {n} vision",
        "Dryer {n} energy", "Mixing plant recipes", "Truck loading", "Dust monitoring",
    ),
    "Ports and airports": (
        "Baggage hall, phase {n}", "Crane {n} automation", "Berth power", "Gate automation",
        "Apron lighting controls", "Pump station {n}", "Reefer monitoring", "Terminal {n} energy",
    ),
    "Rail": (
        "Sorting centre Lindau East", "Yard {n} controls", "Wagon tracking", "Depot automation", "Point heating",
        "Workshop {n} data", "Axle counters", "Platform energy",
    ),
}  # fmt: skip
SITES = (
    "east site",
    "west site",
    "old plant",
    "new hall",
    "harbour side",
    "second shift",
    "group roll-out",
    "phase two",
)
ADD_ON_FORMS = (
    "{topic}: extension",
    "More stations for {low}",
    "{topic}, second line",
    "Module for {low}",
    "{topic}, next site",
    "Remote access for {low}",
)
RENEWAL_FORMS = (
    "Service agreement {year}", "Platform licence {year}", "Remote monitoring {year}", "Spare parts frame {year}",
)  # fmt: skip
