"""English words that turn a claim round when one is put for the other: a line holds one side | the other."""

from app.claims.lexicons.lexicon import opposed

OPPOSITES = opposed(
    """
    increase; rise; grow; climb; surge; soar; jump; gain | decrease; fall; decline; drop; shrink
    increase; rise; grow; climb; surge; soar; jump; gain | plunge; tumble; reduce; cut; diminish
    increased; increasing; growing; rising; higher | decreased; decreasing; declining; falling; lower; reduced
    growth; expansion; rise; increase | decline; contraction; reduction; decrease; drop; downturn; loss
    high; higher; highest; upper | low; lower; lowest
    more | less; fewer
    most | least; fewest
    maximum; maximal; max | minimum; minimal; min
    above; over | below; under
    before; prior; previous | after; following; subsequent; next
    early; earlier; earliest | late; later; latest
    begin; start; open; launch; commence; initiate | end; finish; close; stop; cease; conclude; halt
    beginning; start; outset | end; ending; close
    first; initial | last; final
    win; victory; won; winner | lose; defeat; lost; loser
    success; succeed; successful; successfully | fail; failure; failed; unsuccessful; unsuccessfully
    accept; approve; agree; allow; permit; admit; grant | reject; refuse; deny; forbid
    accept; approve; agree; allow; permit; admit; grant | prohibit; ban; decline; disagree; disapprove
    confirm; prove; verify | deny; refute; disprove; contradict
    support; back; endorse; favour; favor | oppose; resist; reject; condemn
    positive; positively; favorable; favourable | negative; negatively; unfavorable; unfavourable; adverse
    good; better; best; well | bad; worse; worst; poorly; poor
    improve; strengthen; enhance; boost | worsen; weaken; deteriorate; impair; hinder; undermine
    improvement | deterioration; worsening
    strong; stronger; strength; robust | weak; weaker; weakness
    large; larger; big; bigger; great | small; smaller; little; minor; tiny
    huge; major; significant; substantial; extensive; vast | small; smaller; little; minor; tiny
    large; big; great; huge | insignificant; negligible; modest; limited; slight
    major; significant; substantial; extensive; vast | insignificant; negligible; modest; limited; slight
    significantly; substantially; considerably; greatly | slightly; minimally; marginally; insignificantly; barely
    include; including; inclusive | exclude; excluding; exclusive; omit
    add; attach | remove; delete; subtract; detach
    buy; purchase; acquire | sell
    import | export
    free | paid
    between | above; below; beyond
    comprehensive; advanced | basic
    automated; automatic; automatically | manual; manually
    front | rear; back
    past; former; previous | future; current; present
    encode; encoder | decode; decoder
    allow; enable | force; prevent
    expand; extend | shorten; narrow; limit
    near; nearby; close | far; distant
    heavy; heavier | light; lighter
    broad; wide | narrow
    deep | shallow
    hide; conceal | reveal; expose; disclose
    optimistic | pessimistic
    tighten | loosen; ease; relax
    escalate; escalation | de-escalate; de-escalation; ease
    reward | punish; penalise; penalize
    praise | criticise; criticize; condemn
    stable; stability | unstable; instability
    clear | unclear; vague
    natural | artificial
    minor | major
    input | output
    upload | download
    mild | severe
    remove; cut | add; include
    earnings; gains; profits | losses
    common; commonly | rare; barely; rarely
    embrace | relinquish; abandon
    profit; profitable; gain; surplus | loss; unprofitable; deficit
    north; northern; northward | south; southern; southward
    east; eastern; eastward | west; western; westward
    left | right
    up; upward; upwards | down; downward; downwards
    inside; internal; inner; within | outside; external; outer
    male; man; men; boy; husband; father; son; brother; king; actor | female; woman; women; girl; wife
    male; man; men; boy; husband; father; son; brother; king; actor | mother; daughter; sister; queen; actress
    old; older; elderly | young; younger; new
    long; longer | short; shorter; brief
    fast; faster; quick; quickly; rapid; rapidly | slow; slower; slowly
    easy; easily; simple | difficult; hard; complex
    rich; wealthy | poor
    safe; safely; secure; harmless | dangerous; unsafe; risky; harmful
    legal; lawful | illegal; unlawful; illicit
    guilty; convicted; convict | innocent; acquitted; acquit
    alive; living; survive; survived | dead; died; die; killed; deceased
    public; publicly | private; privately; secret
    friend; ally; friendly; allied | enemy; foe; hostile
    attack; offensive; offense; assault | defend; defence; defense; defensive
    advance; advanced | retreat; withdraw; withdrew; retreated
    arrive; enter; join; come | leave; exit; depart; quit; go
    capture; seize; occupy | liberate; release; free
    arrest; detain; imprison | release; free
    encourage; promote; motivate | discourage; deter; demotivate
    hire; appoint; employ | fire; dismiss; sack
    raise; lift | lower; lift
    present; attend | absent; miss
    true; correct; correctly; right; accurate; accurately | false; incorrect; incorrectly
    true; correct; correctly; right; accurate; accurately | wrong; inaccurate; inaccurately
    remember | forget
    love; like; enjoy | hate; dislike
    happy; glad; pleased; satisfied | unhappy; sad; sorry; disappointed; dissatisfied; upset
    voluntary; voluntarily; optional | mandatory; compulsory; forced; obligatory; required
    temporary; temporarily | permanent; permanently
    domestic; local; national | foreign; international
    rural | urban
    majority | minority
    wet; rain | dry
    hot; warm | cold; cool
    sunrise | sunset
    day; morning | night; evening
    full; complete; completely; fully; entire | empty; partial; partially; incomplete
    always; often; frequently; usually | never; seldom; rarely
    everyone; everybody; everything | nobody; nothing; none
    both | neither
    keep; retain; maintain; preserve | lose; abandon; discard; drop
    create; build; construct | destroy; demolish; dismantle
    peace; peaceful; ceasefire; truce | war; fighting; hostilities
    despite | because
    available | unavailable
    known | unknown
    able; can | unable; cannot
    direct; directly | indirect; indirectly
    single | double; multiple
    same; similar | different; opposite
    original | copy; fake
    ancestor; parent | descendant; child
    teacher | student
    theory | practice
    inflation | deflation
    credit | debit
    cause | prevent
    defeat; beat | lose
    pre | post
    """
)
