# Mails to staff that tell of many mails at once: what was taken over, and what was put away as spam.

summary-subject = { $mailbox }: { $count } older mails were taken over
summary-subject-one = { $mailbox }: one older mail was taken over
summary-body = Postroom looked into the mailbox { $mailbox } for the first time and found { $count } mails there that are old or were answered before.
summary-body-one = Postroom looked into the mailbox { $mailbox } for the first time and found one mail there that is old or was answered before.
summary-folders = Postroom looked for the first time into these folders of the mailbox { $mailbox }: { $folders }. It found { $count } mails there that are old or were answered before.
summary-project = { $project }: { $tickets }, { $entries }
summary-tickets-none = no new ticket
summary-tickets-one = one new ticket
summary-tickets = { $count } new tickets
summary-entries-none = nothing on other tickets
summary-entries-one = one more mail on these or other tickets
summary-entries = { $count } more mails on these or other tickets
summary-held-one = One waits for a decision: { $where }
summary-held = { $count } wait for a decision: { $where }
summary-spam-one = One was put away as spam.
summary-spam = { $count } were put away as spam.
summary-aside-one = One was filed without a ticket: a copy, an automatic answer, a report or a newsletter.
summary-aside = { $count } were filed without a ticket: copies, automatic answers, reports and newsletters.
summary-silent = Nobody was notified about any of them, neither customers nor colleagues. Tickets and comments carry the dates of their mails. Mail that comes from now on is answered and told as usual.
summary-see = To see them:
summary-close = To close all of these tickets that nobody has touched since, without a mail to anybody:

spam-subject = { $count } mails were put away as spam
spam-subject-one = One mail was put away as spam
spam-body = Since { $since }, the receiving mail server took { $count } mails for junk. They became no tickets, and nobody was answered.
spam-body-one = Since { $since }, the receiving mail server took one mail for junk. It became no ticket, and nobody was answered.
spam-mail = { $from }: { $subject }
spam-more-one = and one more
spam-more = and { $count } more
spam-no-sender = (no readable sender)
spam-no-subject = (no subject)
spam-back = Is one of them no spam? Open its link and bring it back; then it waits among the held mails and can be let through.
spam-back-command = Is one of them no spam? The command under it lets it through as if the server had said nothing.
spam-off = You do not want this list? “{ $command }” ends it for you.

# --- held mails: what was collected, and what is still held in the morning ---
waiting-subject = [{ $desk }] { $count } more mails wait for your word
waiting-subject-one = [{ $desk }] Another mail waits for your word
waiting-body = since our last notice { $count } more mails were held. What is to become of each? Opening a link changes nothing yet; it shows the mail and asks once more.
waiting-body-one = since our last notice another mail was held. What is to become of it? Opening a link changes nothing yet; it shows the mail and asks once more.
waiting-from = { $from }, { $received }
waiting-from-about = { $from }, { $received }, about { $number }
waiting-reply = Or by mail: one of { $words } as the first line, to { $address }
waiting-command = An administrator decides with “{ $command }”.
waiting-look = Look at it and decide
waiting-more-one = And one more: { $where }
waiting-more = And { $count } more: { $where }
morning-subject = [{ $desk }] { $count } mails are still held
morning-subject-one = [{ $desk }] One mail is still held
morning-subject-elsewhere = [{ $desk }] Mails of other projects are still held
morning-body = these { $count } mails wait for a decision, and until then nothing becomes of them. Whoever decides first decides for all.
morning-body-one = this mail waits for a decision, and until then nothing becomes of it. Whoever decides first decides for all.
morning-body-none = no mail waits for you.
morning-elsewhere-one = One more waits for the staff of another project. You cannot see it; please ask whether somebody is there.
morning-elsewhere = { $count } more wait for the staff of other projects. You cannot see them; please ask whether somebody is there.
morning-off = You do not want notices about held mails, nor this list? “{ $command }” ends them for you, as long as somebody else gets them.
