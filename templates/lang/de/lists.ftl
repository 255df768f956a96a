# Mails an das Team, die von vielen Mails auf einmal berichten: was übernommen und was als Spam weggelegt wurde.

summary-subject = { $mailbox }: { $count } ältere Mails wurden übernommen
summary-subject-one = { $mailbox }: eine ältere Mail wurde übernommen
summary-body = Postroom hat zum ersten Mal in das Postfach { $mailbox } gesehen und dort { $count } Mails gefunden, die alt sind oder schon beantwortet waren.
summary-body-one = Postroom hat zum ersten Mal in das Postfach { $mailbox } gesehen und dort eine Mail gefunden, die alt ist oder schon beantwortet war.
summary-folders = Postroom hat zum ersten Mal in diese Ordner des Postfachs { $mailbox } gesehen: { $folders }. Dort lagen { $count } Mails, die alt sind oder schon beantwortet waren.
summary-project = { $project }: { $tickets }, { $entries }
summary-tickets-none = kein neues Ticket
summary-tickets-one = ein neues Ticket
summary-tickets = { $count } neue Tickets
summary-entries-none = nichts zu anderen Tickets
summary-entries-one = eine weitere Mail zu diesen oder anderen Tickets
summary-entries = { $count } weitere Mails zu diesen oder anderen Tickets
summary-held-one = Eine wartet auf eine Entscheidung: { $where }
summary-held = { $count } warten auf eine Entscheidung: { $where }
summary-spam-one = Eine wurde als Spam weggelegt.
summary-spam = { $count } wurden als Spam weggelegt.
summary-aside-one = Eine wurde ohne Ticket abgelegt: eine Kopie, eine automatische Antwort, ein Bericht oder ein Newsletter.
summary-aside = { $count } wurden ohne Ticket abgelegt: Kopien, automatische Antworten, Berichte und Newsletter.
summary-silent = Niemand wurde darüber benachrichtigt, weder Kunden noch das Team. Tickets und Kommentare tragen das Datum ihrer Mails. Was von jetzt an kommt, wird wie gewohnt bestätigt und gemeldet.
summary-see = So sehen Sie sie:
summary-close = So schließen Sie alle diese Tickets, die seitdem niemand angefasst hat, ohne eine Mail an irgendwen:

spam-subject = { $count } Mails wurden als Spam weggelegt
spam-subject-one = Eine Mail wurde als Spam weggelegt
spam-body = Seit { $since } hat der empfangende Mailserver { $count } Mails für Spam gehalten. Aus ihnen wurde kein Ticket, und niemand hat eine Antwort bekommen.
spam-body-one = Seit { $since } hat der empfangende Mailserver eine Mail für Spam gehalten. Aus ihr wurde kein Ticket, und niemand hat eine Antwort bekommen.
spam-mail = { $from }: { $subject }
spam-more-one = und eine weitere
spam-more = und { $count } weitere
spam-no-sender = (kein lesbarer Absender)
spam-no-subject = (kein Betreff)
spam-back = Ist eine davon kein Spam? Öffnen Sie ihren Link und holen Sie sie zurück; dann wartet sie bei den zurückgehaltenen Mails und kann durchgelassen werden.
spam-back-command = Ist eine davon kein Spam? Der Befehl darunter lässt sie durch, als hätte der Server nichts gesagt.
spam-off = Sie möchten diese Liste nicht? „{ $command }“ beendet sie für Sie.

# --- held mails: what was collected, and what is still held in the morning ---
waiting-subject = [{ $desk }] { $count } weitere Mails warten auf Ihr Wort
waiting-subject-one = [{ $desk }] Eine weitere Mail wartet auf Ihr Wort
waiting-body = seit unserer letzten Nachricht wurden { $count } weitere Mails zurückgehalten. Was soll aus ihnen werden? Ein Link allein ändert noch nichts; er zeigt die Mail und fragt noch einmal.
waiting-body-one = seit unserer letzten Nachricht wurde eine weitere Mail zurückgehalten. Was soll aus ihr werden? Ein Link allein ändert noch nichts; er zeigt die Mail und fragt noch einmal.
waiting-from = { $from }, { $received }
waiting-from-about = { $from }, { $received }, zu { $number }
waiting-reply = Oder per Mail: eines von { $words } als erste Zeile, an { $address }
waiting-command = Die Administration entscheidet mit „{ $command }“.
waiting-look = Ansehen und entscheiden
waiting-more-one = Und noch eine: { $where }
waiting-more = Und { $count } weitere: { $where }
morning-subject = [{ $desk }] { $count } Mails werden noch zurückgehalten
morning-subject-one = [{ $desk }] Eine Mail wird noch zurückgehalten
morning-subject-elsewhere = [{ $desk }] In anderen Projekten werden noch Mails zurückgehalten
morning-body = diese { $count } Mails warten auf eine Entscheidung; bis dahin wird nichts aus ihnen. Wer zuerst entscheidet, entscheidet für alle.
morning-body-one = diese Mail wartet auf eine Entscheidung; bis dahin wird nichts aus ihr. Wer zuerst entscheidet, entscheidet für alle.
morning-body-none = auf Sie wartet keine Mail.
morning-elsewhere-one = Eine weitere wartet auf das Team eines anderen Projekts. Sie können sie nicht sehen; bitte fragen Sie, ob dort jemand ist.
morning-elsewhere = { $count } weitere warten auf die Teams anderer Projekte. Sie können sie nicht sehen; bitte fragen Sie, ob dort jemand ist.
morning-off = Sie möchten keine Nachrichten über zurückgehaltene Mails und auch nicht diese Liste? „{ $command }“ beendet sie für Sie, solange jemand anderes sie bekommt.
