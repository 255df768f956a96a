# Wording for people, German. Every key stands in en.ftl too.

# --- to outsiders ---
greeting = Guten Tag { $name },
greeting-nameless = Guten Tag,

ack-subject = [{ $number }] Wir haben Ihre Anfrage erhalten
ack-body = wir haben Ihre Nachricht erhalten. Sie hat die Nummer { $number }.
ack-within = In der Regel haben Sie innerhalb von { $span } eine Antwort.
ack-next = Ein Mensch liest sie und antwortet Ihnen per E-Mail. Wenn Sie etwas ergänzen möchten, antworten Sie einfach auf diese Nachricht.

too-large-subject = [{ $desk }] Ihre Mail ist zu groß
too-large-body = Ihre Mail vom { $received } mit { $size } ist angekommen, aber größer, als wir lesen können: Möglich sind bis zu { $largest }. Unser Team sieht, von wem sie ist und wie ihr Betreff lautet, aber weder ihren Text noch ihre Dateien.
too-large-next = Bitte schicken Sie sie noch einmal in mehreren kleineren Mails, oder schicken Sie uns einen Link zu den Dateien. Wenn das nicht geht, antworten Sie auf diese Nachricht ohne Dateien und sagen Sie es uns; ein Mensch liest es.
too-large-door = Wenn Sie sich auf { $link } anmelden können, können Sie Dateien auch dort an Ihre Anfrage hängen.

ack-wrote = Sie schrieben:
ack-further-subject = [{ $number }] Wir haben Ihre weiteren Mails
ack-further = wir haben auch Ihre weiteren Mails. Jede ist eine eigene Anfrage geworden; diese hat die Nummer { $number }. In der nächsten Stunde bestätigen wir sie nicht mehr einzeln; gelesen werden alle.

done-subject = Erledigt: { $subject } [{ $number }]
done-head = Ihre Anfrage { $number } „{ $title }“ ist erledigt.
done-body = Ihre Anfrage { $number } „{ $title }“ ist erledigt.
done-what = Was getan wurde:
done-reopen = Fehlt noch etwas? Antworten Sie einfach auf diese Nachricht, dann machen wir daran weiter.

done-reopen-page = Auch auf ihrer Seite können Sie die Anfrage wieder öffnen: { $link }
quote-head = Am { $at } schrieb { $author }:
quote-cut = Was davor geschrieben wurde, passt nicht mehr in diese Nachricht.

state-status = Status: { $status }
state-progress = { $progress } % geschafft
state-assignee = bei { $name }
state-due = fällig am { $day }

welcome-body = { $author } hat Sie zu { $number } „{ $title }“ hinzugezogen.
welcome-next = Sie bekommen von nun an die Antworten dazu. Möchten Sie selbst etwas sagen, antworten Sie einfach auf diese Nachricht; alle Beteiligten lesen es.
welcome-thread = Bisher wurde geschrieben:
welcome-thread-end = Zuletzt wurde geschrieben:
welcome-said = { $author } am { $at }:
welcome-files = Angehängt: { $files }

# --- to staff ---
news-opened = { $author } hat { $number } in { $project } eröffnet:
news-comment = { $author } schrieb in { $number }:
news-note = { $author } hat in { $number } eine interne Notiz hinterlassen:
news-change = Neues zu { $number }:
news-status = { $author } hat den Status von „{ $from }“ auf „{ $to }“ geändert.
news-priority = { $author } hat die Priorität von „{ $from }“ auf „{ $to }“ geändert.
news-yours = { $author } hat Ihnen { $number } in { $project } übergeben.
news-type = { $author } hat die Art von „{ $from }“ auf „{ $to }“ geändert.
news-progress = { $author } hat den Fortschritt von { $from } % auf { $to } % gesetzt.
news-assigned = { $author } hat das Ticket an { $person } übergeben.
news-unassigned = { $author } hat die Zuständigkeit aufgehoben; das Ticket ist bei niemandem.
news-due = { $author } hat als Termin den { $day } gesetzt.
news-undue = { $author } hat den Termin gestrichen.
news-title = { $author } hat das Ticket umbenannt in „{ $title }“.
news-tagged = { $author } hat das Stichwort „{ $tag }“ vergeben.
news-untagged = { $author } hat das Stichwort „{ $tag }“ entfernt.
news-invited = { $author } hat { $person } hinzugezogen.
news-taken-off = { $author } hat { $person } von diesem Ticket entfernt: Mails dazu bekommt diese Person keine mehr.
via = { $address } über { $desk }
unverified = { $sender } (nicht bestätigt)
news-joined = { $author } ist dem Gespräch beigetreten.
news-also-sent = Dieselbe Mail ging auch an { $address }.
news-sent-directly = { $author } hat dieselbe Mail auch direkt an { $addresses } geschickt, am Ticket vorbei.
news-undelivered = Eine Mail an { $recipient } kam nicht an: { $answer }
news-unknown = Eine Mail an { $recipient } ist vielleicht angekommen: Der Mailserver hatte sie und sagte nicht, ob er sie annimmt ({ $answer }). Wir haben nach { $tries } Versuchen aufgehört, damit sie nicht wieder und wieder ankommt.
news-dropped = Die Administration hat eine Mail an { $recipient } aus dem Ausgang genommen. Sie wurde nicht verschickt.
delivery-failed = { $recipient }: { $answer }
delivery-unknown = { $recipient }: vielleicht angekommen; wir haben nach { $tries } Versuchen ohne Antwort des Mailservers aufgehört, damit sie nicht wieder und wieder ankommt. { $answer }
delivery-dropped = { $recipient }: von der Administration aus dem Ausgang genommen, nicht verschickt. { $answer }
news-face = Der Kunde sieht weiterhin: { $status }.
news-files = Angehängt: { $files }
news-files-too-large = Zu groß, um sie hier anzuhängen; beim Ticket aufbewahrt: { $files }
news-withheld = Diese Mail kam von jemandem, dessen Absenderzeile nicht lesbar war.
news-alias = Sie ging an { $address }, doch der Absender gehört nicht zu diesem Kunden; sie liegt deshalb in { $project }.
someone = Jemand ohne lesbare Adresse
desk-itself = Postroom

footer-state = { $number } · { $title } · { $status } · { $project }
footer-reply-public = Ihre Antwort ist öffentlich. Sie geht per Mail an: { $readers }
footer-reply-nobody = Ihre Antwort ist öffentlich, doch außerhalb des Teams erhält sie noch niemand per Mail.
footer-reply-page = Ihre Antwort ist öffentlich. { $readers } hat solche Mails abgeschaltet und liest sie auf der Seite.
footer-on-page = Auf der Seite, ohne Mail: { $readers }
footer-reply-internal = Ihre Antwort bleibt eine Notiz; nur das Team liest sie.
footer-note-address = Nur für das Team: #notiz in die erste Zeile schreiben, oder an { $address } schreiben
footer-note-write = Notiz schreiben
footer-priority = Priorität { $priority }
news-before = Zuvor geschrieben:
news-conversation = Bisher geschrieben:
footer-note-tag = Nur für das Team: #notiz in die erste Zeile schreiben.
footer-close = Erledigt: eine Zeile #close vor dem Text schließt das Ticket.

failure-subject = [{ $number }] Ihre Antwort hat { $recipient } nicht erreicht
failure-body = Ihre Antwort in { $number } konnte an { $recipient } nicht zugestellt werden.
failure-answer = Der Mailserver sagte:
failure-next = Ihr Text bleibt beim Ticket aufbewahrt. Bitte erreichen Sie diese Person auf anderem Weg oder berichtigen Sie die Adresse.
failure-subject-unknown = [{ $number }] Ihre Antwort hat { $recipient } vielleicht nicht erreicht
failure-body-unknown = Ihre Antwort in { $number } hat { $recipient } vielleicht erreicht, vielleicht nicht: Der Mailserver hatte sie und sagte nicht, ob er sie annimmt. Wir haben nach { $tries } Versuchen aufgehört, damit sie nicht wieder und wieder ankommt.
failure-next-unknown = Ihr Text bleibt beim Ticket aufbewahrt. Bitte fragen Sie diese Person, ob die Antwort angekommen ist. Die Administration kann sie noch einmal verschicken: postroom outbox retry
failure-subject-dropped = [{ $number }] Ihre Antwort an { $recipient } wurde nicht verschickt
failure-body-dropped = Die Administration hat Ihre Antwort in { $number } an { $recipient } aus dem Ausgang genommen. Sie wurde nicht verschickt.
failure-next-dropped = Ihr Text bleibt beim Ticket aufbewahrt. Bitte fragen Sie die Administration nach dem Grund, oder erreichen Sie diese Person auf anderem Weg.

renewal-body = Ihre letzte Mail zu { $number } ist angekommen, hat aber Ihre Antwortadresse für dieses Ticket auch { $readers } gezeigt. Wer diese Adresse kennt, könnte versuchen, in Ihrem Namen zu schreiben; deshalb wurde sie ersetzt.
renewal-next = Wenn Sie in { $number } wieder antworten möchten, antworten Sie auf diese Mail; beteiligte Kunden lesen Ihre Antwort.
renewal-next-internal = Wenn Sie { $number } eine weitere interne Notiz hinzufügen möchten, antworten Sie auf diese Mail.
renewal-old = Eine Antwort auf eine ältere Benachrichtigung zu diesem Ticket wird zurückgehalten, und Sie werden gefragt, ob sie von Ihnen stammt. So bleibt Ihnen das erspart: Antworten Sie nur der Ticketadresse, von dort erhalten alle Beteiligten Ihre Antwort.

lack-files = Nur { $kept } der { $of } Dateien dieser Mail wurden übernommen. Die Mail ist ganz aufbewahrt; bitte fragen Sie nach den anderen, oder schicken Sie sie getrennt.
lack-text = Der Text dieser Mail ist zu lang; sein Ende fehlt hier. Die Mail ist ganz aufbewahrt.
lack-html = Der formatierte Text dieser Mail ist zu lang oder zu verschachtelt; hier fehlt etwas davon. Die Mail ist ganz aufbewahrt.
lack-parts = Diese Mail hat zu viele Teile; nicht alle sind hier. Die Mail ist ganz aufbewahrt.
lack-encrypted = Etwas in dieser Mail ist verschlüsselt und konnte nicht gelesen werden.
lack-incomplete = Diese Mail ist beschädigt oder bricht ab; vielleicht fehlt etwas davon.
lack-nothing = In dieser Mail war nichts Lesbares: kein Text und keine Datei.
file-link-instead = Zu groß für eine Mail, für Sie bereit bis { $day }:
file-link-file = { $name } ({ $size }):
