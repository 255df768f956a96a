# What every page has, English.
page-skip = Skip to content
page-home = Your projects
page-sign-out = Sign out
page-signed-in-as = Signed in as { $name }
page-made-with = Answers come by mail, too.

oops-missing-title = There is nothing here
oops-missing = This page does not exist, or it is not meant for this account.
oops-refused-title = That did not work
oops-refused = The form was too old or came from another page. Go back, reload and try again; nothing was changed.
oops-often-title = A little too often
oops-often = Please wait a few minutes and try again.
oops-large-title = That was too large
oops-large = Please send fewer or smaller files.
oops-later-title = Not at the moment
oops-later = We cannot get at our records right now. Please try again in a few minutes; nothing was changed. Mail that you send us is not lost: it waits until then.
oops-slow-title = That did not arrive completely
oops-slow = The connection was too slow. Please try again when it is better; nothing was changed.
oops-busy-title = There is a lot going on
oops-busy = Please try again in a few seconds; nothing was changed.
oops-broken-title = Something went wrong on our side
oops-broken = It has been written down as { $incident }. Please try again in a minute; nothing you sent by mail is lost.
oops-home = To your projects
oops-office = To the office

turn-you = Waiting for you
turn-us = With us
turn-others = Waiting for others
turn-done = Done

when-today = today, { $time }
when-yesterday = yesterday, { $time }
