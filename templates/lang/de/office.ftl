# Held mails and the staff's pages, German.

# --- why a mail is held ---
held-why-claims-staff = Sie nennt { $name } als Absender, und nichts beweist, dass das stimmt.
held-why-alignment-failed = Sie nennt { $name } als Absender, aber der empfangende Server sagt, dass sie nicht aus dieser Domain kommt: wahrscheinlich eine Fälschung.
held-why-token-missing = Sie kommt aus der Domain von { $name }, aber für eine öffentliche Antwort oder einen Befehl braucht es auch die Antwortadresse aus einer Benachrichtigung.
held-why-alignment-missing = Sie kam an die Antwortadresse von { $name }, aber nichts beweist, dass sie aus der richtigen Domain kommt, und hier wird beides verlangt.
held-why-token-ended = Sie kam an eine Antwortadresse von { $name }, die nicht mehr gilt: Außenstehende haben sie gesehen, oder das Ticket ist schon lange erledigt.
held-why-command-without-ticket = Sie beginnt mit einem Befehl, gehört aber zu keinem Ticket.
held-why-automatic = Ein Programm hat sie von der Adresse von { $name } geschickt; Programme sprechen nicht für Menschen.
held-why-near-miss = Ihre erste Zeile oder ihr Betreff ist fast ein Wort, das eine Mail intern macht; vielleicht ist sie nur für das Team gedacht.
held-why-unknown-command = Sie beginnt mit einem Befehl, den Postroom nicht kennt.
held-why-uncertain-quote = Ob ihr Text neu geschrieben oder zitiert ist, lässt sich nicht sicher sagen; vielleicht steht Internes darin.
held-why-nothing-new = Es steht nichts Neues darin: kein Text, keine Datei, kein Befehl.
held-why-third-party = Es geht um ein Ticket, an dem der Absender nicht beteiligt ist: vielleicht eine weitergeleitete Mail, vielleicht eine geratene Nummer.
held-why-refers-to-internal = Jemand außerhalb des Teams antwortet auf eine interne Mail; vielleicht wurde eine Benachrichtigung weitergeleitet. Sehen Sie nach, was zitiert wird, bevor es weitergeht.
held-why-flood = Der Absender hat innerhalb einer Stunde sehr oft an dieses Ticket geschrieben; vielleicht antworten zwei Programme einander.
held-why-own-address = Sie nennt dieses Postfach selbst als Absender, wurde aber nicht von hier verschickt.
held-why-unclear-answer = Sie antwortet auf unsere Frage zu einer zurückgehaltenen Mail, aber ihre erste Zeile ist keines der Wörter, um die wir gebeten haben.
held-why-unreadable = Ihre Bytes lassen sich nicht als Mail lesen.
held-why-crashes = Das Programm ist mehrmals abgebrochen, als es sie lesen wollte.
held-why-damaged = Ihre gespeicherten Bytes sind beschädigt. Sehen Sie auf dem Mailserver nach und lassen Sie eine Sicherung einspielen.
held-why-too-large = Sie ist zu groß zum Abholen und liegt noch auf dem Mailserver; sehen Sie sie dort mit einem Mailprogramm an.

# --- buttons, and what they do ---
held-do-send = Senden
held-do-approve = Zulassen
held-do-take = Durchlassen
held-do-note = Als Notiz behalten
held-do-private = Intern behalten
held-do-drop = Verwerfen
held-do-refuse = Abweisen
held-do-disown = Das war ich nicht
held-do-retry = Noch einmal versuchen
held-do-back = Zurückholen

held-then-answer = Sie wird eine öffentliche Antwort in Ihrem Namen. Per E-Mail geht sie an: { $readers }.
held-then-answer-nobody = Sie wird eine öffentliche Antwort in Ihrem Namen. Außerhalb des Teams bekommt sie noch niemand per E-Mail.
held-then-note-asked = Sie wird eine interne Notiz in Ihrem Namen, wie sie selbst es verlangt.
held-then-command = Ihre Befehle werden in Ihrem Namen ausgeführt.
held-then-as-asked = Sie gilt als Ihre Mail: eine Antwort, eine Notiz oder ein Befehl, wie sie selbst es verlangt.
held-then-approve = Sie wird ein öffentlicher Kommentar. { $from } ist von nun an beteiligt und bekommt öffentliche Antworten per E-Mail.
held-then-flood = Sie wird ein öffentlicher Kommentar.
held-then-own-address = Sie gilt als Mail einer unbekannten Person: ein öffentlicher Kommentar zu ihrem Ticket, sonst ein neues Ticket.
held-then-note = Sie wird eine interne Notiz in Ihrem Namen. Nach außen geht nichts.
held-then-unconfirmed = Sie wird eine interne Notiz mit dem Hinweis, dass sie unbestätigt ist, in niemandes Namen. Nach außen geht nichts.
held-then-private = Sie wird eine interne Notiz. Der Absender ist nicht beteiligt und erfährt nichts davon.
held-then-internal-ticket = Sie eröffnet ein neues Ticket, das nur das Team sieht.
held-then-drop = Es wird nichts daraus. 14 Tage lang lässt sie sich zurückholen.
held-then-disown = Sie wird verworfen, und die anderen werden gewarnt, dass jemand in Ihrem Namen schreibt.
held-then-retry = Sie wird von Anfang an neu gelesen und wieder zurückgehalten, wenn das misslingt.
held-then-back = Sie wartet wieder auf eine Entscheidung.

held-said-send = Erledigt: Sie gilt als Ihre Mail und geht in wenigen Sekunden ihren Weg.
held-said-approve = Erledigt: Sie erscheint in wenigen Sekunden bei ihrem Ticket.
held-said-note = Erledigt: Sie bleibt als interne Notiz. Nach außen geht nichts.
held-said-drop = Erledigt: Sie ist verworfen. 14 Tage lang lässt sie sich zurückholen.
held-said-disown = Erledigt: Sie ist verworfen, und die anderen sind gewarnt. Danke, dass Sie es gesagt haben.
held-said-retry = Erledigt: Sie wird noch einmal gelesen. Wenn das misslingt, erscheint sie wieder hier.
held-said-back = Erledigt: Sie wartet wieder auf eine Entscheidung.
held-not-allowed = Darüber können Sie nicht entscheiden. Es wurde nichts geändert.

held-already = Schon entschieden: { $what } von { $name }, { $when }.
held-was-send = durchgelassen
held-was-note = als Notiz behalten
held-was-drop = verworfen
held-was-disown = als Fälschung verworfen
held-was-retry = noch einmal versucht
held-was-back = zurückgeholt
held-by-administration = der Administration
ago-now = gerade eben
ago-minute = vor einer Minute
ago-minutes = vor { $count } Minuten
ago-hour = vor einer Stunde
ago-hours = vor { $count } Stunden
ago-day = vor einem Tag
ago-days = vor { $count } Tagen

held-unconfirmed = Unbestätigt: Diese Mail nennt { $name } als Absender, und nichts beweist es.

# --- mails ---
held-mail-subject-ticket = Haben Sie das an { $number } geschickt?
held-mail-subject = [{ $desk }] Haben Sie diese Mail geschickt?
held-mail-subject-waits = [{ $number }] Eine Mail wartet auf Ihr Wort
held-mail-claim = bei { $mailbox } ist eine Mail eingegangen, die Sie als Absender nennt, und nichts beweist, dass sie von Ihnen stammt. Sie ist aufbewahrt. Nichts wurde weitergeleitet und nichts geändert.
held-mail-own = eine Mail von Ihnen wird zurückgehalten. { $why } Nichts wurde weitergeleitet und nichts geändert.
held-mail-waits = eine Mail wird zurückgehalten und wartet auf eine Entscheidung. { $why }
held-mail-from = Von:
held-mail-subject-line = Betreff:
held-mail-received = Eingegangen:
held-mail-ticket = Zu:
held-mail-choose = Was soll daraus werden? Ein Link allein ändert noch nichts; er zeigt die Mail und fragt noch einmal.
held-mail-reply = Oder antworten Sie einfach auf diese Mail, mit einem Wort in der ersten Zeile: { $words }
held-mail-valid = Links und Antwort gelten sieben Tage, für eine Entscheidung und nur für Sie: Bitte leiten Sie diese Mail nicht weiter.
held-mail-one-more = Eine weitere Mail wartet: { $link }
held-mail-more = { $count } weitere Mails warten: { $link }
held-mail-more-unlisted = { $count } weitere Mails warten. Die Administration sieht sie mit „postroom held list“.
held-word-send = #senden
held-word-note = #notiz
held-word-drop = #verwerfen
held-word-no = #nein
held-link = [Link]

held-reply-subject = [{ $desk }] Ihre Antwort auf unsere Frage
held-reply-unclear = Ihre Antwort hat nichts entschieden: Ihre erste Zeile muss eines der Wörter aus unserer Frage sein, etwa #senden, #notiz oder #nein, und sonst nichts. Was Sie geschrieben haben, liegt bei den zurückgehaltenen Mails; bitte antworten Sie noch einmal auf unsere Frage.
held-reply-gone = die Frage, auf die Sie geantwortet haben, gilt nicht mehr. Es wurde nichts geändert.
held-forged-subject = Jemand schreibt im Namen von { $name }
held-forged = { $name } sagt, dass eine Mail unter diesem Namen eine Fälschung ist. Betreff: „{ $subject }“. Sie wurde verworfen, nichts wurde weitergeleitet. Bitte sehen Sie bei Mails, die von { $name } zu kommen scheinen, zweimal hin.
held-unasked-subject = { $name } war nicht zu erreichen
held-unasked = eine Mail nennt { $name } als Absender und wird zurückgehalten. Unsere Frage an { $recipient } kam nicht an: { $answer } Bitte sagen Sie { $name } Bescheid und lassen Sie die Adresse prüfen.

# --- pages ---
office-title = Büro
office-hello = Guten Tag { $name }
office-nothing-held = Nichts wird zurückgehalten. Alle Mails haben ihren Weg gefunden.
office-one-held = Eine Mail wartet auf eine Entscheidung.
office-many-held = { $count } Mails warten auf eine Entscheidung.
office-to-held = Zurückgehaltene Mails ansehen
office-answer = Tickets beantworten Sie wie immer aus Ihrem eigenen Mailprogramm.
held-title = Zurückgehaltene Mails
held-lead = Diese Mails warten auf einen Menschen. Bis dahin wird nichts aus ihnen.
held-none = Nichts wird zurückgehalten.
held-from = Von
held-claims = Gibt sich aus als
held-received = Eingegangen
held-ticket = Vermutlich zu
held-files = Angehängt
held-no-subject = (kein Betreff)
held-no-sender = niemand Lesbares
held-show = Ganzen Text zeigen
held-no-text = Es gibt keinen Text zu zeigen.
held-reason = Warum sie wartet
held-only-named = Nur { $name } kann sie im eigenen Namen senden; die Frage ging an die eigene Adresse.
held-dropped = Kürzlich verworfen
held-dropped-lead = 14 Tage lang können Sie diese Mails zurückholen.
held-earlier = Ältere
held-later = Neuere
held-pages = Seiten
held-to-list = Zu den zurückgehaltenen Mails
held-link-title = Haben Sie diese Mail geschickt?
held-link-waits = Eine Mail wartet auf Ihr Wort
held-link-dead-title = Dieser Link gilt nicht mehr
held-link-dead = Links zu zurückgehaltenen Mails gelten sieben Tage. Wenn die Mail noch wartet, finden Sie sie nach der Anmeldung bei den zurückgehaltenen Mails.
held-link-close = Sie können diese Seite schließen.
