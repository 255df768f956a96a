# Signing in, English: the mails with links, the pages behind them, the list of browsers.

# --- mails ---
invitation-subject = Your access to { $desk }
invitation-body = { $desk } has set up access to { $organization } for you.
invitation-see = There you can see at any time:
invitation-see-all = your organization's requests, where they stand and everything written about them
invitation-see-own = your own requests, where they stand and everything written about them
invitation-see-articles = the documentation of your projects
invitation-see-picture = the Big Picture: all tasks of a project on one page
invitation-link = This link lets you in:
invitation-valid = It works for seven days and for one sign-in. There is no password, and we will never ask you for one.
invitation-mail = You need not use any of it: everything keeps working by mail, too.

# Code first: that is all of a subject that a telephone shows.
key-subject = { $code } is your code for { $desk }
key-link = this link signs you in:
key-code = Or enter this code in the browser in which you began to sign in:
key-valid = Link and code work for 60 minutes and for one sign-in.
key-stranger = If it was not you, there is nothing to do: nobody gets in without this mail. Give the code to nobody; we never ask for it.

# --- pages ---
sign-in-title = Sign in
sign-in-lead = Enter your mail address. We will send you a link and a code; you need no password.
sign-in-address = Mail address
sign-in-send = Send link and code
sign-in-limit = We send an address at most three mails in a quarter of an hour.
sign-in-help = No access yet? Simply write us a mail, you need none for that.

code-title = Look into your mailbox
code-sent = If this address may sign in, a mail is on its way.
code-lead = Open the link in it, or enter its six-digit code here.
code-label = Code from the mail
code-send = Sign in
code-wrong = This code is not right. Please look into our newest mail once more; after five tries it stops working.
code-dead = This code no longer works here. Open the link in the mail, or have a new one sent to you.
code-nothing = Nothing arrived? Look into your spam folder and check that the address is right; it can take a few minutes.
code-again = Another address or a new mail

link-title = Sign in to { $desk }
link-who = You are signing in as { $name } ({ $address }).
link-who-address = You are signing in as { $address }.
link-button = Sign in now
link-public = On somebody else's device? Sign out again afterwards.
link-welcome-title = Welcome to { $desk }
link-welcome = Here you see where your requests stand. You need no password.
link-dead-title = This link no longer works
link-dead = Each link lets you in once, and only for a time. Simply have a new one sent to you.
link-dead-button = Get a new link
link-renew-title = This invitation has expired
link-renew = Invitations work for seven days. We will gladly send a new one to the address that this one went to.
link-renew-button = Send a new invitation
link-renewed-title = Look into your mailbox
link-renewed = A new invitation is on its way. Nothing arrived? Look into your spam folder, or try again in a quarter of an hour.

sessions-title = Where you are signed in
sessions-lead = A browser that was not used for 30 days is signed out by itself, and every one after 90 days.
sessions-unknown = Unknown browser
sessions-this = This browser
sessions-since = Signed in since { $at }
sessions-seen = Last seen { $at }
sessions-end = Sign out
sessions-end-label = { $browser }, signed in since { $at }: sign out
sessions-others = Sign out all others
sessions-alone = You are signed in nowhere else.

file-link-title = A file for you
file-link-until = It waits here until { $day }. Whoever has this link can load it: please do not pass it on.
file-link-button = Load the file
file-link-dead-title = This file is no longer here
file-link-dead = The link has expired, or part of it is missing. Reply to the mail that it came in, and you will be sent a new one.
# --- the account of a guest ---
account-title = Your account
account-lead = We write to { $address }. What you set here holds from the next page and the next mail on.
account-saved = Saved.
account-language = Language of pages and mails
account-language-found = Automatic: { $language }
account-language-any = Automatic
language-german = Deutsch
language-english = English
account-zone = Time zone
account-zone-desk = As on this desk: { $zone }
account-save = Save
mails-title = Mails about requests
mails-all = About everything I take part in
mails-all-hint = Every answer, and when a request is done.
mails-own = Only about requests that I made
mails-own-hint = Where colleagues have let you take part, you read on the page.
mails-none = None
mails-none-hint = You read on the page; whoever answers you is told so.
mails-always = That your own new request has arrived, and links to sign in, we always send.
