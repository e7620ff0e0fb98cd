"""The top-level domains X makes a link of when it sees them behind a dot.

Chosen by hand: every two-letter country code in use, the generic names a news desk's readers meet, and the domains in
other scripts. X's own list is longer (all generic names of about 2018); a name missing here only weighs less.
"""

# ruff: noqa: RUF001 - names in other scripts are the point of this file

from __future__ import annotations

_COUNTRIES = """
ac ad ae af ag ai al am an ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz
ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et eu fi fj fk fm fo fr
ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp
ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt
mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw
sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tp tr tt tv tw tz
ua ug uk um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""

_GENERIC = """
com net org edu gov mil int arpa info biz name pro aero asia cat coop jobs mobi museum post tel travel xxx
academy agency app apartments art associates attorney auction audio auto bank bar bargains beer best bet bible bid bike
bingo bio black blog blue boutique broadway broker build builders business buzz cab cafe camera camp capital cards care
career careers cars casa cash casino catering center ceo charity chat cheap church city claims cleaning click clinic
clothing cloud club coach codes coffee college community company computer condos construction consulting contractors
cooking cool country coupons courses credit cricket cruises dance data date dating day deals degree delivery democrat
dental dentist design dev diamonds diet digital direct directory discount doctor dog domains download earth eco
education email energy engineer engineering enterprises equipment estate events exchange expert exposed express fail
faith family fans farm fashion film finance financial fish fishing fit fitness flights florist flowers fm football
forex forsale forum foundation fun fund furniture futbol fyi gallery game games garden gift gifts gives glass global
gmbh gold golf graphics gratis green gripe group guide guitars guru health healthcare help hiphop hockey holdings
holiday homes horse hospital host hosting house how industries ink institute insurance insure international
investments jetzt jewelry kitchen kids kim kiwi land lat law lawyer lease legal lgbt life lighting limited limo link
live llc loan loans lol lotto love ltd luxury maison management map market marketing markets mba media memorial men
menu moda moe mom money monster mortgage motorcycles movie navy network new news ngo ninja now observer one ong onl
online organic page paris partners parts party pet pharmacy photo photography photos physio pics pictures pink pizza
place plumbing plus poker porn press productions promo properties property pub qpon racing radio realty recipes red
rehab reise reisen rent rentals repair report republican rest restaurant review reviews rich rip rocks rodeo run sale
salon sarl school science security services sex shoes shop shopping show singles site ski soccer social software solar
solutions space sport store stream studio study style sucks supplies supply support surf surgery systems tattoo tax
taxi team tech technology tennis theater theatre tickets tips tires today tokyo tools top tours town toys trade
trading training tube university uno vacations vegas ventures vet viajes video villas vin vip vision vodka vote voting
voyage wang watch webcam website wedding weather wiki win wine work works world wtf xyz yoga youtube zone
amsterdam barcelona bayern berlin boston brussels cologne dubai frl gent hamburg helsinki istanbul koeln
london madrid melbourne miami moscow nyc osaka quebec rio saarland scot swiss sydney tatar taipei tirol vlaanderen
wales wien zuerich
abc aol apple audi aws azure bbc bing bmw bbva canon chrome dell fox gmail google ibm microsoft sky sony
toyota yahoo yandex
"""

_OTHER_SCRIPTS = """
рф укр бел срб мкд мон қаз бг ею москва дети онлайн сайт орг ком рус католик
中国 中國 香港 台湾 台灣 新加坡 澳門 公司 网络 网址 商城 商店 中文网 在线 我爱你 移动 集团 政务 游戏 时尚 世界 网店 手机 みんな コム
한국 삼성 닷컴 닷넷 भारत संगठन कॉम नेट ভারত বাংলা ভাৰত ભારત ਭਾਰਤ భారత్ இந்தியா இலங்கை சிங்கப்பூர் ලංකා ไทย คอม გე հայ ελ ευ
پاکستان ایران عراق مصر السعودية امارات الاردن الجزائر المغرب تونس فلسطين قطر سورية سودان عمان
مليسيا بھارت كوم موقع شبكة بازار موريتانيا همراه عرب קום ישראל
"""

ASCII = frozenset(f"{_COUNTRIES} {_GENERIC}".split())
OTHER_SCRIPTS = tuple(sorted(_OTHER_SCRIPTS.split(), key=len, reverse=True))
