# Wording for people, English. Every key stands in de.ftl too.

# --- to outsiders ---
greeting = Hello { $name },
greeting-nameless = Hello,

ack-subject = [{ $number }] We have received your request
ack-body = we have received your message. Its number is { $number }.
ack-within = Usually you have an answer within { $span }.
ack-next = A person will read it and answer you by mail. If you want to add something, simply reply to this mail.

too-large-subject = [{ $desk }] Your mail is too large
too-large-body = your mail of { $received } with { $size } has arrived, but it is larger than we can read: up to { $largest } is possible. Our team sees who it is from and what its subject is, but neither its text nor its files.
too-large-next = Please send it once more in several smaller mails, or send us a link to the files. If that is not possible, reply to this mail without files and tell us; a person reads it.
too-large-door = If you can sign in at { $link }, you can also attach files to your request there.

ack-wrote = You wrote:
ack-further-subject = [{ $number }] We have your further mails
ack-further = we have your further mails, too. Each has become a request of its own; this one has the number { $number }. For the next hour we will not confirm each of them; we read them all.

done-subject = Done: { $subject } [{ $number }]
done-head = Your request { $number } “{ $title }” is done.
done-body = your request { $number } “{ $title }” is done.
done-what = What was done:
done-reopen = Is something still missing? Simply reply to this mail and we will go on with it.

done-reopen-page = You can also open it again on its page: { $link }
quote-head = On { $at }, { $author } wrote:
quote-cut = What was written before that does not fit in this mail.

state-status = Status: { $status }
state-progress = { $progress } % finished
state-assignee = with { $name }
state-due = due on { $day }

welcome-body = { $author } has asked you to take part in { $number } “{ $title }”.
welcome-next = From now on you get the answers to it. If you want to say something yourself, simply reply to this mail; everybody taking part will read it.
welcome-thread = What was written so far:
welcome-thread-end = What was written last:
welcome-said = { $author } on { $at }:
welcome-files = Attached: { $files }

# --- to staff ---
news-opened = { $author } opened { $number } in { $project }:
news-comment = { $author } wrote in { $number }:
news-note = { $author } left an internal note in { $number }:
news-change = News of { $number }:
news-status = { $author } changed the status from “{ $from }” to “{ $to }”.
news-priority = { $author } changed the priority from “{ $from }” to “{ $to }”.
news-yours = { $author } gave { $number } in { $project } to you.
news-type = { $author } changed the type from “{ $from }” to “{ $to }”.
news-progress = { $author } changed the progress from { $from } % to { $to } %.
news-assigned = { $author } gave the ticket to { $person }.
news-unassigned = { $author } took the assignee off; the ticket is with nobody.
news-due = { $author } set { $day } as the due date.
news-undue = { $author } removed the due date.
news-title = { $author } renamed the ticket to “{ $title }”.
news-tagged = { $author } put the tag “{ $tag }” on it.
news-untagged = { $author } took the tag “{ $tag }” off it.
news-invited = { $author } asked { $person } to take part.
news-taken-off = { $author } took { $person } off this ticket: they get no more mail about it.
via = { $address } via { $desk }
unverified = { $sender } (unverified)
news-joined = { $author } joined the conversation.
news-also-sent = The same mail was also sent to { $address }.
news-sent-directly = { $author } also sent the same mail directly to { $addresses }, past the ticket.
news-undelivered = A mail to { $recipient } was not delivered: { $answer }
news-unknown = A mail to { $recipient } may have arrived: the mail server had it and did not say whether it took it ({ $answer }). We stopped after { $tries } tries, so that it does not arrive again and again.
news-dropped = An administrator took a mail to { $recipient } out of the outbox. It was not sent.
delivery-failed = { $recipient }: { $answer }
delivery-unknown = { $recipient }: may have arrived; we stopped after { $tries } tries without the mail server's word, so that it does not arrive again and again. { $answer }
delivery-dropped = { $recipient }: taken out of the outbox by an administrator, not sent. { $answer }
news-face = The customer still sees: { $status }.
news-files = Attached: { $files }
news-files-too-large = Too large to attach here, kept with the ticket: { $files }
news-withheld = This mail came from somebody whose sender line could not be read.
news-alias = It was written to { $address }, but its sender does not belong to that customer, so it is kept in { $project }.
someone = Somebody without a readable address
desk-itself = Postroom

footer-state = { $number } · { $title } · { $status } · { $project }
footer-reply-public = Your reply is public. It goes by mail to: { $readers }
footer-reply-nobody = Your reply is public, but nobody outside the staff gets it by mail yet.
footer-reply-page = Your reply is public. { $readers } has switched such mails off and reads it on the page.
footer-on-page = On the page, without mail: { $readers }
footer-reply-internal = Your reply stays a note; only staff read it.
footer-note-address = To leave a note for colleagues only, write #note on the first line, or write to { $address }
footer-note-write = Write a note
footer-priority = priority { $priority }
news-before = Written before:
news-conversation = What was written so far:
footer-note-tag = To leave a note for colleagues only, write #note on the first line.
footer-close = Done: a line #close before your text closes the ticket.

failure-subject = [{ $number }] Your answer did not reach { $recipient }
failure-body = your answer in { $number } could not be delivered to { $recipient }.
failure-answer = The mail server said:
failure-next = Your text is kept on the ticket. Please reach this person another way, or correct the address.
failure-subject-unknown = [{ $number }] Your answer may not have reached { $recipient }
failure-body-unknown = your answer in { $number } may have reached { $recipient }, or not: the mail server had it and did not say whether it took it. We stopped after { $tries } tries, so that it does not arrive again and again.
failure-next-unknown = Your text is kept on the ticket. Please ask this person whether it arrived. An administrator can send it once more: postroom outbox retry
failure-subject-dropped = [{ $number }] Your answer to { $recipient } was not sent
failure-body-dropped = an administrator took your answer in { $number } to { $recipient } out of the outbox. It was not sent.
failure-next-dropped = Your text is kept on the ticket. Please ask your administration for the reason, or reach this person another way.

renewal-body = your last mail about { $number } was accepted, but it also showed your reply address for this ticket to { $readers }. Whoever knows that address could try to write in your name, so it has been replaced.
renewal-next = To answer in { $number } again, reply to this mail; customers who take part will read it.
renewal-next-internal = To add another internal note to { $number }, reply to this mail.
renewal-old = A reply to an older notification of this ticket will be held, and you will be asked whether it is yours. To spare you this: answer the desk alone, it writes to everybody who takes part.

lack-files = Only { $kept } of the { $of } files of this mail were taken over. The mail is kept whole; please ask for the others, or send them separately.
lack-text = The text of this mail is too long; its end is missing here. The mail is kept whole.
lack-html = The formatted text of this mail is too long or too nested; some of it is missing here. The mail is kept whole.
lack-parts = This mail has too many parts; not all of them are here. The mail is kept whole.
lack-encrypted = Something in this mail is encrypted and could not be read.
lack-incomplete = This mail is damaged or breaks off; something of it may be missing.
lack-nothing = There was nothing readable in this mail: no text and no file.
file-link-instead = Too large for a mail, ready for you until { $day }:
file-link-file = { $name } ({ $size }):
