"""Whatever picture a site shows, the platform gets a file that it takes, or the post goes without waiting for one."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image, ImageDraw
from PIL.ExifTags import Base as Exif
from support.wire import served

from desk.writing.pictures import with_local_copy
from newswire.post import Media, Message
from newswire.richtext import RichText
from publishers.telegram import Telegram
from publishers.x import X

LINK = "https://news.example.com/1"


def drawn(kind: str, size=(60, 40), *, mode="RGB", colour="navy", frames=1, **more) -> bytes:
    pictures = [Image.new(mode, size, colour if n == 0 else "red") for n in range(frames)]
    out = io.BytesIO()
    moving = {"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}
    pictures[0].save(out, kind, **moving, **more)
    return out.getvalue()


def noise(size) -> bytes:
    """A PNG that cannot be packed."""
    out = io.BytesIO()
    Image.effect_noise(size, 200).convert("RGB").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
async def kept(newsroom):
    """`await kept(content, limits)`: the picture as it would be posted, when the site shows `content`."""

    async def one(*contents: bytes, limits=Telegram.limits, status: int = 200) -> tuple[Media, ...]:
        async def show(request: web.Request) -> web.Response:
            return web.Response(body=contents[int(request.match_info["n"])], status=status, content_type="image/jpeg")

        app = web.Application()
        app.router.add_get("/{n}", show)
        async with served(app) as address:
            pictures = tuple(Media(url=f"{address}/{n}", alt=f"Number {n}") for n in range(len(contents)))
            message = Message(text=RichText("Talks"), link=LINK, media=pictures)
            made = await with_local_copy(newsroom, message, limits)
            assert [m.alt for m in made.media] == [m.alt for m in pictures]
            assert [m.url for m in made.media] == [m.url for m in pictures]
            return made.media

    return one


def bytes_of(picture: Media) -> bytes:
    return Path(picture.path).read_bytes()


def seen(picture: Media) -> Image.Image:
    with Image.open(picture.path) as image:
        image.load()
        assert (picture.width, picture.height) == image.size
        assert picture.mime == image.get_format_mimetype()
        return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_a_picture_that_fits_stays_as_it_is_to_the_byte(kind, kept):
    content = drawn(kind)
    (picture,) = await kept(content)
    assert bytes_of(picture) == content
    assert seen(picture).size == (60, 40)


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "AVIF"])
async def test_what_telegram_does_not_take_as_a_photo_becomes_jpeg(kind, kept):
    (picture,) = await kept(drawn(kind))
    assert picture.mime == "image/jpeg"
    assert picture.path.endswith(".jpeg")
    assert seen(picture).size == (60, 40)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
async def test_every_kind_of_colour_can_be_redrawn(mode, kept):
    content = drawn("JPEG" if mode == "CMYK" else "PNG", (5100, 4950), mode=mode, colour=0)
    (picture,) = await kept(content)
    assert seen(picture).mode == "RGB"


async def test_what_is_see_through_becomes_white(kept):
    (picture,) = await kept(drawn("WEBP", mode="RGBA", colour=(255, 0, 0, 0), lossless=True))
    assert seen(picture).getpixel((30, 20)) == (255, 255, 255)


async def test_a_picture_with_more_pixels_than_telegram_takes_is_made_smaller(kept):
    (picture,) = await kept(drawn("JPEG", (7000, 3500)))
    assert seen(picture).size == (2560, 1280)


async def test_a_picture_with_more_bytes_than_the_platform_takes_is_made_smaller(kept):
    content = noise((2100, 2100))
    assert len(content) > X.limits.picture_bytes
    (picture,) = await kept(content, limits=X.limits)
    assert len(bytes_of(picture)) <= X.limits.picture_bytes
    assert seen(picture).format == "JPEG"


@pytest.mark.parametrize("size", [(2100, 100), (100, 2100), (1, 1000)])
async def test_too_long_a_strip_stays_an_address(size, kept):
    for kind in ("JPEG", "WEBP"):
        (picture,) = await kept(drawn(kind, size))
        assert (picture.path, picture.mime) == ("", "")


@pytest.mark.parametrize("turn", range(1, 9))
async def test_a_phone_s_picture_is_upright_whichever_way_it_was_held(turn, kept):
    upright = Image.new("RGB", (80, 48), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 39, 23), fill="navy")  # the upper left quarter
    undo = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[turn]
    held = upright if undo is None else upright.transpose(Image.Transpose(undo))
    exif = Image.Exif()
    exif[Exif.Orientation] = turn
    out = io.BytesIO()
    held.save(out, "JPEG", quality=95, exif=exif)
    (picture,) = await kept(out.getvalue())
    shown = seen(picture)
    assert shown.size == (80, 48)
    assert shown.getexif().get(Exif.Orientation, 1) == 1
    corners = [shown.convert("L").getpixel(at) < 128 for at in ((10, 10), (70, 10), (10, 40), (70, 40))]
    assert corners == [True, False, False, False]


async def test_an_animation_stays_one_on_x_and_is_its_first_picture_on_telegram(kept):
    content = drawn("GIF", frames=3)
    (on_x,) = await kept(content, limits=X.limits)
    assert (bytes_of(on_x), on_x.mime) == (content, "image/gif")
    (on_telegram,) = await kept(content)
    red, _, blue = seen(on_telegram).getpixel((30, 20))
    assert on_telegram.mime == "image/jpeg"
    assert (red < 60, blue > 60) == (True, True)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
async def test_a_moving_picture_of_a_kind_that_x_does_not_know_stands_still(kind, kept):
    (picture,) = await kept(drawn(kind, frames=3), limits=X.limits)
    assert picture.mime == "image/jpeg"
    assert seen(picture).size == (60, 40)


def claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


@pytest.mark.parametrize("size", [(8_000, 7_000), (10_000, 10_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
async def test_a_picture_that_would_fill_the_memory_is_never_unpacked(size, kept):
    (picture,) = await kept(claims(*size))
    assert picture.path == ""


async def test_a_sound_picture_of_too_many_pixels_is_refused_before_it_costs_memory(kept):
    (picture,) = await kept(drawn("PNG", (8_000, 7_000), mode="1", colour=0))
    assert picture.path == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>not found</html>",
        b"\xff\xd8\xff\xe0 and nothing that follows",
        b"\x89PNG\r\n\x1a\n",
        drawn("PNG", (300, 300))[:200],
        drawn("JPEG", (900, 900), colour="red")[:2500],
        drawn("WEBP")[:20],
        drawn("GIF")[:15],
        claims(100, 100),
        claims(0, 0),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        drawn("BMP"),
        drawn("TIFF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
    ids=range(14),
)
async def test_what_is_no_picture_we_know_stays_an_address(content, kept):
    for limits in (Telegram.limits, X.limits):
        (picture,) = await kept(content, limits=limits)
        assert picture.path == ""


async def test_a_picture_that_the_site_does_not_give_stays_an_address(kept):
    (picture,) = await kept(drawn("JPEG"), status=404)
    assert picture.path == ""


async def test_as_many_pictures_are_at_hand_as_the_platform_takes_and_a_broken_one_breaks_no_other(kept):
    pictures = await kept(*[drawn("PNG", (50 + n, 40)) for n in range(3)], b"broken", drawn("PNG"), limits=X.limits)
    assert [bool(picture.path) for picture in pictures] == [True, True, True, False, False]
    assert [picture.width for picture in pictures[:3]] == [50, 51, 52]


async def test_the_same_picture_twice_at_once_is_one_file(kept, tmp_path):
    content = drawn("WEBP")
    pictures = await kept(*[content] * 4, limits=X.limits)
    assert len({picture.path for picture in pictures}) == 1
    assert not list(tmp_path.rglob("*.part"))


async def test_a_site_s_picture_is_fetched_once_for_all_channels(newsroom):
    asked = []

    async def show(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=drawn("WEBP"), content_type="image/webp")

    app = web.Application()
    app.router.add_get("/a", show)
    async with served(app) as address:
        message = Message(text=RichText("Talks"), link=LINK, media=(Media(url=f"{address}/a"),))
        for limits in (Telegram.limits, X.limits, Telegram.limits):
            assert (await with_local_copy(newsroom, message, limits)).media[0].path
    assert asked == ["/a"]
