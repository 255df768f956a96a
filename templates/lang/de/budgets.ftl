# Was zu viel war, um einzeln gemeldet zu werden.

collected-news = In { $number } geschah schnell hintereinander { $count }-mal etwas:
collected-news-one = In { $number } geschah noch etwas:
collected-older = { $count } frühere stehen nicht hier; `postroom ticket show { $number }` hat sie alle.
collected-said = Zu { $number } kamen schnell hintereinander mehrere Nachrichten:
collected-earlier = Das sind die letzten davon.

budget-subject = Sehr viel Post auf einmal: ab jetzt gesammelt gemeldet
budget-nobody = Jemand, dessen Absenderzeile nicht lesbar war,
budget-sender = { $party } schrieb innerhalb einer Stunde { $count }-mal.
budget-sender-day = { $party } schrieb innerhalb eines Tages { $count }-mal: vielleicht zwei Maschinen, die einander antworten.
budget-organization = Innerhalb einer Stunde kamen { $count } Nachrichten von Leuten von { $party }.
budget-domain = Innerhalb einer Stunde kamen { $count } Nachrichten von Adressen von { $party }.
budget-strangers = Innerhalb einer Stunde kamen { $count } Nachrichten von Leuten, die zu keinem Kunden gehören.
budget-recipient = { $party } hätte innerhalb einer Stunde { $count } Mails zu Tickets bekommen.
budget-invitations = { $party } hat innerhalb einer Stunde { $count } Leute zu Tickets hinzugezogen.
budget-receipts = { $party } hätte innerhalb eines Tages { $count } Eingangsbestätigungen bekommen.
budget-receipts-domain = Adressen von { $party } hätten innerhalb einer Stunde { $count } Eingangsbestätigungen bekommen.
budget-receipts-strangers = Leute, die zu keinem Kunden gehören, hätten innerhalb einer Stunde { $count } Eingangsbestätigungen bekommen.
budget-last = Die letzte betraf { $number } „{ $title }“.
budget-then-together = Nichts geht verloren: Jede Nachricht steht auf ihrem Ticket. Was Sie und andere darüber erfahren, kommt einmal in der Stunde gesammelt, bis wieder Ruhe ist.
budget-then-reader = Nichts geht verloren: Jede Nachricht steht auf ihrem Ticket. Mails an diese Adresse kommen einmal in der Stunde gesammelt, bis wieder Ruhe ist.
budget-then-unwelcomed = Wer hinzugezogen wurde, ist beteiligt. Weitere werden darüber nicht angeschrieben, bis wieder Ruhe ist.
budget-then-unanswered = Die Tickets sind da, und Sie erfahren davon. Dort wird niemandem mehr der Eingang bestätigt, bis wieder Ruhe ist.
budget-way-page = Soll es so sein? Mit einem Knopf im Büro geht es weiter:
budget-way-command = Soll es so sein? Mit diesem Befehl geht es weiter:
budget-title = Gesammelt gemeldet
budget-resume = Wie gewohnt weiter
budget-resumed = Es geht wie gewohnt weiter.

overview-subject = Neues in { $count } Tickets
overview-body = Es kam so viel auf einmal, dass es Ihnen nicht einzeln gemeldet wurde. In diesen { $count } Tickets gibt es Neues:
overview-ticket-one = { $number } · { $title }
overview-ticket = { $number } · { $title } ({ $count } Nachrichten)
overview-more = und { $count } weitere
overview-look = `postroom ticket show NUMMER` zeigt ein Ticket; die nächste Nachricht dazu kommt wie gewohnt per Mail, sobald Ruhe ist.
