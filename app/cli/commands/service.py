"""``walkback serve``, ``work``, ``listen``, ``status`` and ``migrate``: running the service, as it is typed."""

from typing import Annotated

import typer

from app.cli.options import Json, example

Concurrency = Annotated[
    int | None,
    typer.Option("--concurrency", min=1, max=256, help="Requests in flight; else WALKBACK_WORKER_CONCURRENCY."),
]

Grace = Annotated[
    float | None,
    typer.Option(
        "--grace",
        min=0,
        metavar="SECONDS",
        help="When stopped, finish what is in hand for so long, then give it back; else WALKBACK_GRACE_SECONDS.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the root."""
    app.command("serve", epilog=example("walkback serve --port 8080"))(serve)
    app.command("work", epilog=example("walkback work --concurrency 16 --grace 20"))(work)
    app.command("listen", epilog=example("walkback listen --register"))(listen)
    app.command("status", epilog=example("walkback status --once"))(status)
    app.command("copy", epilog=example("walkback copy --to postgresql+psycopg://walkback@db.example.org/walkback"))(
        copy
    )
    app.command("migrate", epilog=example("walkback migrate"))(migrate)


def serve(
    *,
    host: Annotated[str | None, typer.Option("--host", help="Where to listen; else WALKBACK_HOST.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Else WALKBACK_PORT; 0: any.")] = None,
    api_only: Annotated[bool, typer.Option("--api-only", help="Check and deliver nothing in this process.")] = False,
    concurrency: Concurrency = None,
    grace: Grace = None,
    as_json: Json = False,
) -> None:
    """Answer the API, check the watches and deliver the alerts, in one process, until SIGINT or SIGTERM.

    A SQLite database is brought up to date by itself. The first start makes one admin key and shows it once.
    """
    from app.cli.postponing import leave_on_the_shelf

    leave_on_the_shelf()
    from app.cli.acts import serving

    serving.serve(host=host, port=port, api_only=api_only, concurrency=concurrency, grace=grace, as_json=as_json)


def work(
    concurrency: Concurrency = None,
    grace: Grace = None,
    metrics_port: Annotated[
        int | None, typer.Option("--metrics-port", min=0, max=65535, help="Shows its numbers there; 0: any port.")
    ] = None,
) -> None:
    """Check the watches and deliver the alerts, without the API; as many processes as you like on PostgreSQL."""
    from app.cli.postponing import leave_on_the_shelf

    leave_on_the_shelf()
    from app.cli.acts import working

    working.work(concurrency=concurrency, grace=grace, metrics_port=metrics_port)


def listen(
    *,
    secrets: Annotated[
        list[str] | None,
        typer.Option("--secret", help="What to verify with, whsec_… or whpk_…; may be repeated."),
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help="Make a destination for this address, until the command ends.")
    ] = False,
    host: Annotated[str, typer.Option("--host", help="Others can reach any but loopback.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")] = 9000,
    answer: Annotated[int, typer.Option("--answer", min=200, max=599, help="500 shows the retries.")] = 204,
    count: Annotated[int | None, typer.Option("--count", min=1, help="End after so many alerts.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="en or uk; else WALKBACK_LANGUAGE.")] = None,
    as_json: Json = False,
) -> None:
    """Listen for alerts on this machine and show each in words: a receiver for development, until Ctrl-C.

    An alert whose signature is wrong is answered with 401. With --register the destination is made in the database of
    these settings, and a running service sends there; it must be allowed to: WALKBACK_ALLOW_NETWORKS=127.0.0.0/8.
    """
    from app.cli.acts import receiving

    hearing = receiving.Hearing(host, port, tuple(secrets or ()), answer, count, language, as_json)
    receiving.listen(hearing, registers=register)


def status(
    once: Annotated[bool, typer.Option("--once", help="Show it once; exit code 1 if overdue or stalled.")] = False,
    as_json: Json = False,
) -> None:
    """Show how the service fares: who works, what waits, what is late or wrong. On a terminal it is drawn each second.

    It reads the database alone, so it works beside the service or on another machine. q or Ctrl-C ends it.
    """
    from app.cli.acts import status as act

    raise typer.Exit(act.show_status(once=once, as_json=as_json))


def migrate(
    partitions: Annotated[
        int | None,
        typer.Option("--partitions", min=2, max=1024, help="PostgreSQL, empty: cut the big tables into so many parts."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring the database to the schema of this program; safe to repeat."""
    from app.cli.acts import migrating

    migrating.bring_up_to_date(partitions=partitions, as_json=as_json)


def copy(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="Where to: an empty database, or half a copy.")],
    live: Annotated[
        bool, typer.Option("--live", help="While workers are at work: as it stands at this moment.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy the whole database into another one, and compare what both say; begun again where it was interrupted.

    What is copied is the record as it stands when the command starts. Stop the processes first, unless that is enough.
    """
    from app.cli.acts import copying

    copying.copy(to, live=live, as_json=as_json)
