# Signing in, German: the mails with links, the pages behind them, the list of browsers.

# --- mails ---
invitation-subject = Ihr Zugang zu { $desk }
invitation-body = { $desk } hat Ihnen einen Zugang für { $organization } eingerichtet.
invitation-see = Dort sehen Sie jederzeit:
invitation-see-all = die Anfragen Ihrer Organisation, ihren Stand und alles, was dazu geschrieben wurde
invitation-see-own = Ihre eigenen Anfragen, ihren Stand und alles, was dazu geschrieben wurde
invitation-see-articles = die Dokumentation Ihrer Projekte
invitation-see-picture = das Gesamtbild: alle Aufgaben eines Projekts auf einer Seite
invitation-link = Über diesen Link kommen Sie hinein:
invitation-valid = Er gilt sieben Tage und für eine Anmeldung. Ein Passwort gibt es nicht, und wir werden Sie nie nach einem fragen.
invitation-mail = Sie müssen nichts davon nutzen: Alles geht auch weiterhin per E-Mail.

# Der Code zuerst: mehr zeigt ein Telefon von einem Betreff nicht.
key-subject = { $code } ist Ihr Code für { $desk }
key-link = mit diesem Link melden Sie sich an:
key-code = Oder geben Sie diesen Code in dem Browser ein, in dem Sie die Anmeldung begonnen haben:
key-valid = Link und Code gelten 60 Minuten und für eine Anmeldung.
key-stranger = Wenn Sie das nicht waren, ist nichts zu tun: Ohne diese Mail kommt niemand hinein. Geben Sie den Code an niemanden weiter; wir fragen nie danach.

# --- pages ---
sign-in-title = Anmelden
sign-in-lead = Geben Sie Ihre E-Mail-Adresse ein. Wir schicken Ihnen einen Link und einen Code, ein Passwort brauchen Sie nicht.
sign-in-address = E-Mail-Adresse
sign-in-send = Link und Code senden
sign-in-limit = An eine Adresse schicken wir höchstens drei E-Mails in einer Viertelstunde.
sign-in-help = Noch kein Zugang? Schreiben Sie uns einfach eine E-Mail, dafür brauchen Sie keinen.

code-title = Sehen Sie in Ihr Postfach
code-sent = Wenn diese Adresse einen Zugang hat, ist eine E-Mail unterwegs.
code-lead = Öffnen Sie den Link darin, oder geben Sie hier den sechsstelligen Code ein.
code-label = Code aus der E-Mail
code-send = Anmelden
code-wrong = Dieser Code stimmt nicht. Bitte sehen Sie noch einmal in die neueste E-Mail von uns; nach fünf Versuchen gilt er nicht mehr.
code-dead = Dieser Code gilt hier nicht mehr. Öffnen Sie den Link in der E-Mail, oder lassen Sie sich eine neue schicken.
code-nothing = Nichts angekommen? Sehen Sie im Spam-Ordner nach und prüfen Sie, ob die Adresse stimmt; ein paar Minuten kann es dauern.
code-again = Andere Adresse oder neue E-Mail

link-title = Anmelden bei { $desk }
link-who = Sie melden sich an als { $name } ({ $address }).
link-who-address = Sie melden sich an als { $address }.
link-button = Jetzt anmelden
link-public = An einem fremden Gerät? Melden Sie sich danach wieder ab.
link-welcome-title = Willkommen bei { $desk }
link-welcome = Hier sehen Sie den Stand Ihrer Anfragen. Ein Passwort brauchen Sie nicht.
link-dead-title = Dieser Link gilt nicht mehr
link-dead = Jeder Link führt einmal und nur eine Zeit lang hinein. Lassen Sie sich einfach einen neuen schicken.
link-dead-button = Neuen Link anfordern
link-renew-title = Diese Einladung ist abgelaufen
link-renew = Einladungen gelten sieben Tage. Wir schicken Ihnen gern eine neue an die Adresse, an die diese ging.
link-renew-button = Neue Einladung senden
link-renewed-title = Sehen Sie in Ihr Postfach
link-renewed = Eine neue Einladung ist unterwegs. Nichts angekommen? Sehen Sie im Spam-Ordner nach, oder versuchen Sie es in einer Viertelstunde noch einmal.

sessions-title = Wo Sie angemeldet sind
sessions-lead = Ein Browser, der 30 Tage nicht benutzt wurde, wird von selbst abgemeldet, und jeder nach 90 Tagen.
sessions-unknown = Unbekannter Browser
sessions-this = Dieser Browser
sessions-since = Angemeldet seit { $at }
sessions-seen = Zuletzt gesehen { $at }
sessions-end = Abmelden
sessions-end-label = { $browser }, angemeldet seit { $at }: abmelden
sessions-others = Alle anderen abmelden
sessions-alone = Sonst sind Sie nirgends angemeldet.

file-link-title = Eine Datei für Sie
file-link-until = Sie liegt bis { $day } bereit. Wer diesen Link hat, kann sie laden: Bitte geben Sie ihn nicht weiter.
file-link-button = Datei laden
file-link-dead-title = Diese Datei liegt hier nicht mehr
file-link-dead = Der Link ist abgelaufen, oder er ist nicht vollständig. Antworten Sie auf die Mail, aus der er stammt: Dann bekommen Sie einen neuen.
# --- das Konto eines Gastes ---
account-title = Ihr Konto
account-lead = Wir schreiben an { $address }. Was Sie hier einstellen, gilt ab der nächsten Seite und der nächsten Mail.
account-saved = Gespeichert.
account-language = Sprache der Seiten und Mails
account-language-found = Automatisch: { $language }
account-language-any = Automatisch
language-german = Deutsch
language-english = English
account-zone = Zeitzone
account-zone-desk = Wie hier üblich: { $zone }
account-save = Speichern
mails-title = Mails zu Anfragen
mails-all = Zu allem, woran ich beteiligt bin
mails-all-hint = Jede Antwort, und wenn eine Anfrage erledigt ist.
mails-own = Nur zu Anfragen, die ich gestellt habe
mails-own-hint = Wo Kolleginnen und Kollegen Sie beteiligt haben, lesen Sie auf der Seite.
mails-none = Keine
mails-none-hint = Sie lesen auf der Seite; wer Ihnen antwortet, erfährt das.
mails-always = Dass Ihre eigene neue Anfrage angekommen ist, und Links zum Anmelden schicken wir immer.
