"""Why a check is made when it is: the reasons as app.domain.schedule and app.pipeline write them."""

from typing import Final

from app.domain.words import msgid

CHECKS: Final = (
    msgid("{count} s"),
    msgid("{count} min"),
    msgid("{count} h"),
    msgid("{count} days"),
    msgid("every {time}, as asked"),
    msgid("every {time}, as the budget of requests allows"),
    msgid("every {time}, the usual interval"),
    msgid("every {time}, as the budget of requests allows, the usual interval"),
    msgid("every {time}"),
    msgid("{count} statements, one of them {why}"),
    msgid("published {time} ago; {habit}: {every}"),
    msgid("edited {time} ago; {habit}: {every}"),
    msgid("elsewhere edits come within {time} in 80 % of cases"),
    msgid("elsewhere edits come again within {time} in 80 % of cases"),
    msgid("this channel edits within {time} in 80 % of cases ({count} seen)"),
    msgid("this channel edits again within {time} in 80 % of cases ({count} seen)"),
    msgid("this page edits within {time} in 80 % of cases ({count} seen)"),
    msgid("this page edits again within {time} in 80 % of cases ({count} seen)"),
    msgid("this post edits within {time} in 80 % of cases ({count} seen)"),
    msgid("this post edits again within {time} in 80 % of cases ({count} seen)"),
    msgid("this feed edits within {time} in 80 % of cases ({count} seen)"),
    msgid("this feed edits again within {time} in 80 % of cases ({count} seen)"),
    msgid("failed once: again in {time}"),
    msgid("failed {count} times in a row: again in {time}"),
    msgid("new on the watchlist"),
    msgid("new in the feed"),
    msgid("asked for"),
    msgid("resumed"),
    msgid("its interval was changed"),
    msgid("its selectors were changed"),
    msgid("its language was changed"),
    msgid("its rule about robots.txt was changed"),
    msgid("older posts, as asked"),
    msgid("posts missed since the last look"),
    msgid("a second look, to be sure before anybody is told"),
    msgid("the site asked for a pause until {moment} UTC"),
)
