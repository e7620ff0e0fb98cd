"""Golden cases: for each article in tests/golden, the exact message that Telegram and X get.

After a wanted change, write them anew with NEWSWIRE_GOLDEN=write and read every difference as an editor would.
"""

import json
import os
from pathlib import Path

import pytest

from formatting.fit import Wishes, fit
from formatting.links import with_parameters
from newswire.article import Article
from newswire.post import Message

GOLDEN = Path(__file__).parent.parent / "golden"
CASES = sorted(path.parent.name for path in GOLDEN.glob("*/article.json"))


def test_there_are_cases():
    assert len(CASES) >= 14


@pytest.mark.parametrize("platform", ["telegram", "x"])
@pytest.mark.parametrize("case", CASES)
def test_the_article_becomes_exactly_this_message(case, platform, request):
    article = Article.from_json(json.loads((GOLDEN / case / "article.json").read_text(encoding="utf-8")))
    wishes = Wishes(
        link=with_parameters(article.url, {"utm_source": platform}),
        language=article.edition,
        hashtags=article.categories,
        site="Caliber.Az",
    )
    message = fit(article, wishes, request.getfixturevalue(platform))
    expected = GOLDEN / case / f"{platform}.json"
    if os.environ.get("NEWSWIRE_GOLDEN") == "write":
        expected.write_text(json.dumps(message.to_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    told = json.loads(expected.read_text(encoding="utf-8"))
    assert json.loads(json.dumps(message.to_json())) == told
    assert Message.from_json(told) == message
