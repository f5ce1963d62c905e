"""List the names that exports give each field, in order of trust; compared by their bare letters."""

HEADERS = {
    "account": """
        external_id = id | account id | record id | organization id | company id | accountid
        name = name | account name | account | company name | company | organization | organisation |
            firma | kunde | customer | client
        sector = industry | sector | branche | branch
        country = billing country | country | office location | country region | land
        city = billing city | city | ort | stadt | ville
        website = website | domain | company domain name | url
        employees = number of employees | employees | employee count | mitarbeiter
        parent = subsidiary of | parent account | parent company | parent id | parentid
        territory = territory | region | sales region | gebiet
        owner = account owner | owner | owner name | company owner
        owner_id = owner id | ownerid
        created_on = created date | create date | created on
        deleted = is deleted | isdeleted
    """,
    "contact": """
        external_id = id | contact id | record id
        name = full name | name | contact name | contact
        first_name = first name | firstname | vorname
        last_name = last name | lastname | nachname
        account = account name | account | company | company name | associated company | firma
        account_id = account id | accountid | associated company ids | company id
        job_title = title | job title | position
        email = email | email address | e mail
        phone = phone | phone number | mobile phone | telefon
        deleted = is deleted | isdeleted
    """,
    "person": """
        external_id = id | user id | owner id | ownerid | userid
        name = sales agent | name | full name | user | owner | owner name | sales rep | salesperson |
            rep | agent | mitarbeiter | verkaufer
        first_name = first name | firstname | vorname
        last_name = last name | lastname | nachname
        email = email | e mail | email address
        manager = manager | sales manager | team lead | vorgesetzter
        territory = regional office | territory | region | team | office | gebiet
        username = username
        role = user role id | role | profile id
        active = is active | active
        deleted = is deleted | isdeleted | fivetran deleted
    """,
    "offer": """
        external_id = id | product id | sku | product code | productcode
        name = product | product name | name | offer | item | produkt | artikel
        family = series | family | product family | category | serie
        price = sales price | list price | price | unit price | preis
    """,
    "opportunity": """
        external_id = opportunity id | id | deal id | record id | opportunityid | 18 digit opportunity
            id | case safe id
        name = opportunity name | name | deal name | dealname | title | topic | opportunity | deal |
            bezeichnung
        account = account name | account | company | company name | associated company | organization |
            organisation | customer | client | kunde | firma
        account_id = account id | accountid | organization id | associated company ids | company id
        owner = opportunity owner | sales agent | owner | deal owner | owner name | salesperson | sales
            rep | rep | verkaufer | verantwortlich
        owner_id = owner id | ownerid | hubspot owner id | owner email
        territory = territory | region | sales region | gebiet
        offer = product | product name | offer | produkt | solution
        stage = stage | stage name | deal stage | stagename | dealstage | sales stage | pipeline phase |
            phase | stufe | pipeline stage id | deal pipeline stage id
        status = status | deal status | outcome | result
        is_closed = is closed | isclosed | closed
        is_won = is won | iswon | won
        stage_order = stage sort order | stagesortorder | display order
        probability = probability | deal probability | close probability | wahrscheinlichkeit
        value = amount | value | close value | deal value | est revenue | estimated revenue | estimated
            value | wert | betrag | umsatz
        currency = currency iso code | currencyisocode | currency | amount currency | currency of value
            | deal currency code | wahrung
        started_on = engage date | created date | create date | createdate | deal created | created on |
            start date | opened | createddate | erstellt am
        close_date = close date | closedate | closing date | abschlussdatum
        closed_on = closed on | deal closed on | actual close date | closed date
        expected_close = expected close date | est close date | estimated close date
        stage_since = last stage change date | laststagechangedate | last stage change | date entered
            current stage | date entered stage | stage change time
        changed_on = last modified date | lastmodifieddate | update time | modified on | last activity
            date | hs lastmodifieddate
        reason = lost reason | loss reason | closed lost reason | closed won reason | reason | won
            reason | status reason | grund
        source = lead source | leadsource | source channel | original source
        description = description | beschreibung
        next_step = next step | nextstep
        deleted = is deleted | isdeleted
    """,
    "stage_history": """
        opportunity_id = opportunity id | opportunityid | deal id | case id
        stage = stage name | stage | to stage | stagename | new value
        entered_on = created date | createddate | date entered | entered on | date entered stage |
            entered | start | timestamp
    """,
}
