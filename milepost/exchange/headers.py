"""List the names that exports give each field, in order of trust; compared by their bare letters."""

HEADERS = {
    "account": """
        external_id = id | account id | record id | organization id | company id | accountid |
            do not modify account | hs object id
        name = name | account name | account | company name | company | organization | organisation |
            firma | kunde | customer | client |
            firmenname | kundenfirma | kundenname | unternehmen | societe | entreprise | compte | nom du compte |
            empresa | cuenta | nombre de la cuenta | cliente
        sector = industry | sector | branche | branch |
            secteur | secteur d activite | sector | industria
        country = billing country | country | address 1 country region | address country | office location |
            country region | land |
            pays | pais
        city = billing city | city | address 1 city | address city | ort | stadt | ville |
            stadt ort | ciudad
        website = website | domain | company domain name | url |
            webseite | internetseite | site web | sitio web
        employees = number of employees | employees | employee count | mitarbeiter |
            mitarbeiterzahl | anzahl mitarbeiter | effectif | nombre d employes | empleados | numero de empleados
        parent = subsidiary of | parent account | parent company | parent id | parentid
        territory = territory | region | sales region | gebiet |
            vertriebsgebiet | territoire | secteur commercial | territorio | zona
        owner = account owner | owner | owner name | company owner |
            inhaber | kundenbetreuer | proprietaire | proprietaire du compte | propietario | propietario de la cuenta
        owner_id = owner id | ownerid
        created_on = created date | create date | created on
        deleted = is deleted | isdeleted
    """,
    "contact": """
        external_id = id | contact id | record id | person id | do not modify contact | hs object id
        name = full name | name | contact name | contact |
            ansprechpartner | kontakt | kontaktperson | nom complet | contacto | nombre completo
        first_name = first name | firstname | vorname |
            prenom | nombre
        last_name = last name | lastname | nachname |
            nom | nom de famille | apellido | apellidos
        account = account name | account | company | company name | associated company | firma |
            kunde | kundenfirma | unternehmen | societe | entreprise | compte | empresa | cuenta | organization |
            organisation | parent customer
        account_id = account id | accountid | associated company ids | company id | organization id |
            associated companyid | primary associated company id
        job_title = title | job title | position |
            funktion | fonction | poste | cargo | puesto
        email = email | email address | e mail | email work |
            e mail adresse | adresse e mail | courriel | correo | correo electronico
        phone = phone | phone number | mobile phone | business phone | phone work | mobile phone number | telefon |
            telefonnummer | telephone | telefono
        opted_out = has opted out of email | email opt out | unsubscribed from all email | hs email optout |
            opted out of email | opted out | opt out | do not email | do not allow emails | do not bulk email |
            marketing status | email subscription status | keine e mails | keine werbung | newsletter abgemeldet
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
        external_id = opportunity id | id | deal id | record id | do not modify opportunity | hs object id |
            opportunityid | 18 digit opportunity
            id | case safe id
        name = opportunity name | name | deal name | dealname | title | topic | opportunity | deal |
            bezeichnung |
            verkaufschance | opportunitat | chance | name der verkaufschance | opportunite | affaire |
            nom de l opportunite | nom de l affaire | oportunidad | nombre de la oportunidad | negocio
        account = account name | account | company | company name | associated company | organization |
            organisation | customer | client | kunde | firma | organization name | potential customer |
            primary associated company | kundenfirma | kundenname | firmenname | unternehmen | societe | entreprise |
            compte | nom du compte | empresa | cuenta | nombre de la cuenta | cliente
        account_id = account id | accountid | organization id | associated company ids | company id |
            parentaccountid |
            primary associated company id | associated companyid
        contact_ids = associated contact ids | contact ids | contact person id | parentcontactid
        owner = opportunity owner | sales agent | owner | deal owner | owner name | salesperson | sales
            rep | rep | verkaufer | verantwortlich |
            inhaber | inhaber der verkaufschance | vertriebsmitarbeiter | betreuer | proprietaire |
            proprietaire de l opportunite | commercial | vendeur | propietario | propietario de la oportunidad |
            comercial | vendedor | responsable
        owner_id = owner id | ownerid | hubspot owner id | owner email
        territory = territory | region | sales region | gebiet |
            vertriebsgebiet | territoire | territorio | zona
        offer = product | product name | offer | produkt | solution |
            produit | producto
        stage = stage | stage name | deal stage | stagename | dealstage | sales stage | pipeline phase |
            phase | stufe | pipeline stage id | deal pipeline stage id | step name | stepname |
            verkaufsphase | vertriebsphase | etape | phase de vente | etapa | fase | etapa de ventas
        status = status | deal status | outcome | result |
            statut | estado | ergebnis
        is_closed = is closed | isclosed | closed
        is_won = is won | iswon | won
        stage_order = stage sort order | stagesortorder | display order
        probability = probability | deal probability | close probability | wahrscheinlichkeit |
            wahrsch | abschlusswahrscheinlichkeit | probabilite | probabilidad
        value = amount | value | close value | deal value | est revenue | estimated revenue | estimated
            value | wert | betrag | umsatz |
            summe | volumen | auftragswert | angebotswert | erwarteter umsatz | montant | valeur |
            chiffre d affaires |
            importe | monto | valor | cantidad
        actual_value = actual revenue | actual value | actualvalue
        currency = currency iso code | currencyisocode | currency | amount currency | currency of value
            | deal currency code | wahrung |
            devise | moneda | divisa | waehrung
        started_on = engage date | created date | create date | createdate | deal created | created on |
            start date | opened | createddate | erstellt am |
            erstellungsdatum | angelegt am | erstellt | startdatum | date de creation | cree le |
            date de debut | fecha de creacion | creado el | fecha de inicio
        close_date = close date | closedate | closing date | abschlussdatum |
            schlussdatum | date de cloture | date de fermeture | fecha de cierre
        won_on = won time | won on | won date
        lost_on = lost time | lost on | lost date
        closed_on = closed on | deal closed on | actual close date | closed date |
            geschlossen am | abgeschlossen am | cloture le | cerrado el
        expected_close = expected close date | est close date | estimated close date |
            erwartetes abschlussdatum | erwarteter abschluss | voraussichtlicher abschluss |
            date de cloture prevue | cloture prevue | fecha de cierre prevista | cierre previsto
        stage_since = last stage change date | laststagechangedate | last stage change | date entered
            current stage | date entered stage | stage change time
        changed_on = last modified date | lastmodifieddate | update time | modified on | do not modify modified on |
            last activity
            date | hs lastmodifieddate |
            geandert am | letzte anderung | zuletzt geandert am | modifie le | date de modification |
            derniere modification | modificado el | fecha de modificacion | ultima modificacion
        reason = lost reason | loss reason | closed lost reason | closed won reason | reason | won
            reason | status reason | grund |
            verlustgrund | raison de la perte | motif de perte | raison | motivo de perdida | motivo
        source = lead source | leadsource | source channel | original source |
            quelle | leadquelle | origine | source de la piste | origen
        description = description | beschreibung |
            description | descripcion
        next_step = next step | nextstep |
            nachster schritt | prochaine etape | siguiente paso | proximo paso
        deleted = is deleted | isdeleted
    """,
    "stage_history": """
        opportunity_id = opportunity id | opportunityid | deal id | case id | object id | record id | parent id |
            opportunity | deal | case
        stage = stage name | stagename | to stage | new value | new stage | stage | deal stage | property value |
            value |
            status | state
        before = from stage | old value | previous stage | old stage | from opportunity stage name
        field = field | field name | property | property name | edited field
        entered_on = date entered stage | date entered | entered on | entered at | entered | created date |
            createddate |
            edit date | timestamp | change date | changed on | changed at | valid from | start | start date |
            start time |
            from | since | date | last modified date
        deleted = is deleted | isdeleted | fivetran deleted
    """,
    "stage_list": """
        external_id = stage id
        name = label | stage label | stage name
        pipeline = pipeline id | pipeline
        stage_order = display order
        probability = probability
        is_closed = is closed
        is_won = closed won | is won
        deleted = fivetran deleted
    """,
    "opportunity_account": """
        opportunity_id = deal id | opportunity id
        account_id = company id | account id
        deleted = fivetran deleted | is deleted
    """,
    "contact_role": """
        external_id = id | contact role id | opportunity contact role id
        opportunity_id = opportunity id | opportunityid | deal id | hs deal id
        opportunity = opportunity name | opportunity | deal name | deal |
            verkaufschance | opportunitat | name der verkaufschance | opportunite | oportunidad
        account = account name | account | company name | company | firma | compte | cuenta
        contact_id = contact id | contactid | hs contact id
        contact = contact name | contact | full name | kontakt | ansprechpartner | nom complet | contacto
        email = email | contact email | email address | e mail adresse | adresse e mail | correo electronico
        role = role | contact role | buying role | association label | association labels | label |
            rolle | kontaktrolle | role du contact | rol | funcion
        since = created date | createddate | created on | added on | erstellt am | cree le | creado el
        deleted = is deleted | isdeleted | fivetran deleted
    """,
    "activity": """
        external_id = id
        opportunity_id = what id
        subject = subject
        description = description
        on = activity date time | activity date | start date time
        created_on = created date
        status = status
        type = task subtype | event subtype | type
        is_closed = is closed
        owner_id = owner id
        owner = assigned
        deleted = is deleted
    """,
}
