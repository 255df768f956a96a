# Held mails and the staff's pages, English.

# --- why a mail is held ---
held-why-claims-staff = It names { $name } as its sender, and nothing proves that it is from them.
held-why-alignment-failed = It names { $name } as its sender, but the receiving server says that it does not come from their domain: probably a forgery.
held-why-token-missing = It comes from the domain of { $name }, but a public answer or a command also needs the reply address of a notification.
held-why-alignment-missing = It came to the reply address of { $name }, but nothing proves that it comes from the right domain, and this desk asks for both.
held-why-token-ended = It came to a reply address of { $name } that has ended: people outside have seen it, or the ticket was done long ago.
held-why-command-without-ticket = It begins with a command and is about no ticket.
held-why-automatic = A machine sent it from the address of { $name }; machines do not speak for people.
held-why-near-miss = Its first line or its subject is nearly a word that makes a mail internal, so it may be meant for staff only.
held-why-unknown-command = It begins with a command that Postroom does not know.
held-why-uncertain-quote = Whether its text was newly written or is quoted cannot be told for certain; it may hold something internal.
held-why-nothing-new = There is nothing new in it: no text, no file, no command.
held-why-third-party = It is about a ticket that its sender has no part in: perhaps a forwarded mail, perhaps a guessed number.
held-why-refers-to-internal = Somebody outside the staff answers an internal mail: perhaps a notification was forwarded. See what they quote before it goes on.
held-why-flood = Its sender wrote very often to this ticket within an hour: perhaps two machines that answer each other.
held-why-own-address = It names the desk itself as its sender, but the desk did not write it.
held-why-unclear-answer = It answers a question of ours about a held mail, but its first line is none of the words we asked for.
held-why-unreadable = Its bytes could not be read as a mail.
held-why-crashes = Reading it stopped the program several times.
held-why-damaged = Its stored bytes are damaged. Look at it on the mail server, and have a backup restored.
held-why-too-large = It is too large to fetch and still lies on the mail server; look at it there with a mail client.

# --- buttons, and what they do ---
held-do-send = Send it
held-do-approve = Approve
held-do-take = Let it through
held-do-note = Keep as note
held-do-private = Keep private
held-do-drop = Drop it
held-do-refuse = Refuse
held-do-disown = It was not me
held-do-retry = Try again
held-do-back = Bring back

held-then-answer = It becomes a public answer in your name. By mail it goes to: { $readers }.
held-then-answer-nobody = It becomes a public answer in your name. Nobody outside the staff gets it by mail yet.
held-then-note-asked = It becomes an internal note in your name, as it asks itself.
held-then-command = Its commands are carried out in your name.
held-then-as-asked = It is taken as your mail: an answer, a note or a command, as it asks itself.
held-then-approve = It becomes a public comment. { $from } takes part from now on and gets public answers by mail.
held-then-flood = It becomes a public comment.
held-then-own-address = It is taken as the mail of somebody unknown: a public comment on its ticket, else a new ticket.
held-then-note = It becomes an internal note in your name. Nothing leaves the desk.
held-then-unconfirmed = It becomes an internal note that says that it is unconfirmed, in nobody’s name. Nothing leaves the desk.
held-then-private = It becomes an internal note. Its sender does not take part and learns nothing of it.
held-then-internal-ticket = It opens a new ticket that only staff see.
held-then-drop = Nothing becomes of it. For 14 days it can be brought back.
held-then-disown = It is dropped, and the others are warned that somebody writes in your name.
held-then-retry = It is read once more from the start, and held again if that fails.
held-then-back = It waits for a decision again.

held-said-send = Done: it is taken as your mail and goes its way within seconds.
held-said-approve = Done: it appears on its ticket within seconds.
held-said-note = Done: it is kept as an internal note. Nothing leaves the desk.
held-said-drop = Done: it is dropped. For 14 days it can be brought back.
held-said-disown = Done: it is dropped, and the others are warned. Thank you for saying so.
held-said-retry = Done: it is read once more. If that fails, it appears here again.
held-said-back = Done: it waits for a decision again.
held-not-allowed = That is not yours to decide. Nothing was changed.

held-already = Already decided: { $what } by { $name }, { $when }.
held-was-send = let through
held-was-note = kept as a note
held-was-drop = dropped
held-was-disown = dropped as a forgery
held-was-retry = tried again
held-was-back = brought back
held-by-administration = an administrator
ago-now = just now
ago-minute = a minute ago
ago-minutes = { $count } minutes ago
ago-hour = an hour ago
ago-hours = { $count } hours ago
ago-day = a day ago
ago-days = { $count } days ago

held-unconfirmed = Unconfirmed: this mail names { $name } as its sender, and nothing proves it.

# --- mails ---
held-mail-subject-ticket = Did you send this to { $number }?
held-mail-subject = [{ $desk }] Did you send this mail?
held-mail-subject-waits = [{ $number }] A mail waits for your word
held-mail-claim = a mail that names you as its sender has arrived at { $mailbox }, and nothing proves that it is from you. It is kept. Nothing was sent on and nothing was changed.
held-mail-own = a mail of yours is held. { $why } Nothing was sent on and nothing was changed.
held-mail-waits = a mail is held and waits for a decision. { $why }
held-mail-from = From:
held-mail-subject-line = Subject:
held-mail-received = Received:
held-mail-ticket = About:
held-mail-choose = What is to become of it? Opening a link changes nothing yet; it shows the mail and asks once more.
held-mail-reply = Or simply reply to this mail with one word on the first line: { $words }
held-mail-valid = Links and reply work for seven days, for one decision, and only for you: please do not forward this mail.
held-mail-one-more = Another mail waits: { $link }
held-mail-more = { $count } more mails wait: { $link }
held-mail-more-unlisted = { $count } more mails wait. An administrator sees them with “postroom held list”.
held-word-send = #send
held-word-note = #note
held-word-drop = #drop
held-word-no = #no
held-link = [link]

held-reply-subject = [{ $desk }] Your reply to our question
held-reply-unclear = your reply decided nothing: its first line has to be one of the words from our question, such as #send, #note or #no, and nothing else. What you wrote is kept with the held mails; please reply to our question once more.
held-reply-gone = the question that you replied to no longer stands. Nothing was changed.
held-forged-subject = Somebody writes in the name of { $name }
held-forged = { $name } says that a mail in their name was not from them. Subject: “{ $subject }”. It was dropped and nothing was sent on. Please look twice at mails that seem to come from { $name }.
held-unasked-subject = { $name } could not be asked
held-unasked = a mail names { $name } as its sender and is held. Our question to { $recipient } could not be delivered: { $answer } Please tell { $name }, and have the address checked.

# --- pages ---
office-title = Office
office-hello = Hello { $name }
office-nothing-held = Nothing is held. All mail has found its way.
office-one-held = One mail waits for a decision.
office-many-held = { $count } mails wait for a decision.
office-to-held = Look at held mails
office-answer = You answer tickets from your own mail program, as ever.
held-title = Held mails
held-lead = These mails wait for a person. Until then nothing becomes of them.
held-none = Nothing is held.
held-from = From
held-claims = Claims to be
held-received = Received
held-ticket = Seems to be about
held-files = Attached
held-no-subject = (no subject)
held-no-sender = nobody readable
held-show = Show the whole text
held-no-text = There is no text to show.
held-reason = Why it waits
held-only-named = Only { $name } can send it in their own name; they were asked at their own address.
held-dropped = Dropped lately
held-dropped-lead = For 14 days you can bring these back.
held-earlier = Earlier
held-later = Later
held-pages = Pages
held-to-list = To the held mails
held-link-title = Did you send this mail?
held-link-waits = A mail waits for your word
held-link-dead-title = This link no longer works
held-link-dead = Links about held mails work for seven days. If the mail still waits, you find it among the held mails after signing in.
held-link-close = You can close this page.
