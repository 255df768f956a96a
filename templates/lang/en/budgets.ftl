# What was too much to be told one by one.

collected-news = { $count } things happened quickly one after the other in { $number }:
collected-news-one = Something more happened in { $number }:
collected-older = { $count } earlier ones are not shown here; `postroom ticket show { $number }` has them all.
collected-said = Several messages about { $number } came quickly one after the other:
collected-earlier = These are the latest of them.

budget-subject = Very much mail at once: told together from now on
budget-nobody = somebody whose sender line could not be read
budget-sender = { $party } wrote { $count } times within an hour.
budget-sender-day = { $party } wrote { $count } times within a day: perhaps two machines that answer each other.
budget-organization = { $count } messages came from people of { $party } within an hour.
budget-domain = { $count } messages came from addresses of { $party } within an hour.
budget-strangers = { $count } messages came within an hour from people who belong to no customer.
budget-recipient = { $party } would have got { $count } mails about tickets within an hour.
budget-invitations = { $party } asked { $count } people to take part in tickets within an hour.
budget-receipts = { $party } would have got { $count } acknowledgements within a day.
budget-receipts-domain = Addresses of { $party } would have got { $count } acknowledgements within an hour.
budget-receipts-strangers = People who belong to no customer would have got { $count } acknowledgements within an hour.
budget-last = The last was about { $number } “{ $title }”.
budget-then-together = Everything is kept: each message is on its ticket. What you and others are told about it comes together once an hour, until it is calm again.
budget-then-reader = Everything is kept: each message is on its ticket. Mails to this address come together once an hour, until it is calm again.
budget-then-unwelcomed = Whoever was asked takes part. Nobody more is written to about being asked, until it is calm again.
budget-then-unanswered = The tickets are there and you are told of them. Nobody more is acknowledged there, until it is calm again.
budget-way-page = Is it meant to be so? One button in the office lets it go on:
budget-way-command = Is it meant to be so? This command lets it go on:
budget-title = Told together
budget-resume = Go on as usual
budget-resumed = It goes on as usual.

overview-subject = News on { $count } tickets
overview-body = So much came at once that you were not told one by one. There is news on these { $count } tickets:
overview-ticket-one = { $number } · { $title }
overview-ticket = { $number } · { $title } ({ $count } messages)
overview-more = and { $count } more
overview-look = `postroom ticket show NUMBER` shows a ticket; the next message on one comes by mail as usual once it is calm.
