"""A WordPress of our own for tests: Debian's, on MariaDB and PHP's own web server, with an editor who writes by REST."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

CODE = Path("/usr/share/wordpress/wp-settings.php")
NEEDED = ("php", "mariadbd", "mariadb-install-db")
_PERSON, _WORD = "editor", "a made-up pass word"

CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('AUTH_KEY', 'a'); define('SECURE_AUTH_KEY', 'b'); define('LOGGED_IN_KEY', 'c'); define('NONCE_KEY', 'd');
define('WP_HOME', '{address}');
define('WP_SITEURL', '{address}');
define('WP_ENVIRONMENT_TYPE', 'local');
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_ACCESSIBLE_HOSTS', '127.0.0.1');
define('WP_DEBUG', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

SET_UP = """<?php
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '{host}';
require '{folder}/wp-config.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Caspian Lantern', '{person}', 'editor@news.example', true, '', 'unused', 'en_US');
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'Asia/Baku');
update_option('ping_sites', '');
wp_update_user(['ID' => 1, 'display_name' => 'Anna Ray']);
list($word) = WP_Application_Passwords::create_new_application_password(1, ['name' => 'tests']);
echo $word;
"""

# PHP's own server asks this first: files are given as they are, everything else is WordPress' business.
ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file(__DIR__ . $path)) return false;
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/index.php';
"""


def installed() -> None:
    """Nothing where all is there. Missing: skipped on a laptop, failed in CI."""
    if not CODE.is_file() or not all(shutil.which(program) for program in NEEDED):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "no WordPress here: it needs Debian's wordpress, mariadb-server, php-cli, php-mysql, php-xml, php-mbstring"
        )


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class WordPress:
    """A site in `folder`, which must have a short path: the database's socket lies in it."""

    folder: Path
    address: str = ""
    _word: str = ""
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Database, code, first settings, web server."""
        self.address = f"http://127.0.0.1:{free_port()}"
        self._database()
        code = self.folder / "site"
        shutil.copytree(CODE.parent, code, symlinks=False, ignore=shutil.ignore_patterns("wp-config.php"))
        written = {"socket": self.folder / "db.sock", "address": self.address, "folder": code, "person": _PERSON}
        (code / "wp-config.php").write_text(CONFIG.format(**written))
        (code / "router.php").write_text(ROUTER)
        set_up = self.folder / "set-up.php"
        host = self.address.removeprefix("http://")
        text = SET_UP.replace("{host}", host).replace("{folder}", str(code)).replace("{person}", _PERSON)
        set_up.write_text(text)
        done = subprocess.run(["php", str(set_up)], capture_output=True, text=True, check=True)
        self._word = done.stdout.strip().splitlines()[-1]
        self.php("flush_rewrite_rules(false);")
        environment = {**os.environ, "PHP_CLI_SERVER_WORKERS": "4"}
        self._run("php", "-S", host, "-t", str(code), str(code / "router.php"), env=environment)
        self._ready(lambda: urlopen(f"{self.address}/wp-json/", timeout=5))

    def _database(self) -> None:
        store, own = self.folder / "db", self.folder / "db.sock"
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                f"--datadir={store}",
                *as_root,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        options = ["--no-defaults", f"--datadir={store}", f"--socket={own}", "--skip-networking", *as_root]
        options += [f"--pid-file={self.folder / 'db.pid'}", "--innodb-flush-log-at-trx-commit=0"]
        self._run("mariadbd", *options)
        command = ["mariadb", "--no-defaults", f"--socket={own}", "-uroot", "-e", "CREATE DATABASE wordpress"]
        self._ready(lambda: subprocess.run(command, check=True, capture_output=True))

    def _run(self, *command: str, env: dict[str, str] | None = None) -> None:
        with (self.folder / "log").open("ab") as log:
            self._processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=env, start_new_session=True))

    def _ready(self, what: Any, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                what()
            except (subprocess.CalledProcessError, OSError, HTTPError, URLError):
                if time.monotonic() > end:
                    raise AssertionError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.1)  # a process of its own becomes ready by and by
            else:
                return

    def stop(self) -> None:
        """End the processes and their workers."""
        for process in reversed(self._processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)

    def rest(self, method: str, path: str, **values: Any) -> Any:
        """A call as the editor makes it; `path` below wp/v2."""
        word = base64.b64encode(f"{_PERSON}:{self._word}".encode()).decode()
        request = Request(
            f"{self.address}/wp-json/wp/v2/{path}",
            data=json.dumps(values).encode() if values else None,
            method=method,
            headers={"Authorization": f"Basic {word}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def publish(self, title: str, text: str = "<p>The port has opened.</p>", **more: Any) -> dict[str, Any]:
        """A new post, as REST shows it."""
        made: dict[str, Any] = self.rest("POST", "posts", title=title, content=text, status="publish", **more)
        return made

    def php(self, code: str) -> str:
        """What a few lines of PHP print inside of WordPress."""
        file = self.folder / "once.php"
        host = self.address.removeprefix("http://")
        file.write_text(f"<?php $_SERVER['HTTP_HOST'] = '{host}'; require '{self.folder}/site/wp-load.php'; {code}")
        return subprocess.run(["php", str(file)], capture_output=True, text=True, check=True).stdout
