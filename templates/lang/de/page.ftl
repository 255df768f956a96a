# What every page has, German.
page-skip = Zum Inhalt
page-home = Ihre Projekte
page-sign-out = Abmelden
page-signed-in-as = Angemeldet als { $name }
page-made-with = Antworten kommen auch per E-Mail.

oops-missing-title = Hier ist nichts
oops-missing = Diese Seite gibt es nicht, oder sie ist nicht für dieses Konto bestimmt.
oops-refused-title = Das hat nicht geklappt
oops-refused = Das Formular war zu alt oder kam von einer anderen Seite. Gehen Sie zurück, laden Sie neu und versuchen Sie es noch einmal; es wurde nichts geändert.
oops-often-title = Etwas zu oft
oops-often = Bitte warten Sie ein paar Minuten und versuchen Sie es dann noch einmal.
oops-large-title = Das war zu groß
oops-large = Bitte senden Sie weniger oder kleinere Dateien.
oops-later-title = Im Moment nicht
oops-later = Wir kommen gerade nicht an unsere Unterlagen. Bitte versuchen Sie es in ein paar Minuten noch einmal; es wurde nichts geändert. E-Mails an uns gehen nicht verloren: Sie warten so lange.
oops-slow-title = Das kam nicht ganz an
oops-slow = Die Verbindung war zu langsam. Bitte versuchen Sie es noch einmal, wenn sie besser ist; es wurde nichts geändert.
oops-busy-title = Gerade ist viel los
oops-busy = Bitte versuchen Sie es in ein paar Sekunden noch einmal; es wurde nichts geändert.
oops-broken-title = Bei uns ist etwas schiefgegangen
oops-broken = Es ist als { $incident } notiert. Bitte versuchen Sie es in einer Minute noch einmal; nichts, was Sie per E-Mail geschickt haben, ist verloren.
oops-home = Zu Ihren Projekten
oops-office = Zum Büro

turn-you = Wartet auf Sie
turn-us = Bei uns
turn-others = Wartet auf andere
turn-done = Erledigt

when-today = heute, { $time }
when-yesterday = gestern, { $time }
