"""The first record: watchlist, due checks, statements, edits, flags, alerts, keys

Revision: 0001
Follows: 
Made: 2026-11-22 16:10:11.185254+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import Json, UtcTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('api_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('prefix', sa.String(length=16), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('scope', sa.String(length=16), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('expires_at', UtcTime(), nullable=True),
    sa.Column('last_used_at', UtcTime(), nullable=True),
    sa.Column('revoked_at', UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_key')),
    sa.UniqueConstraint('sha256', name=op.f('uq_api_key_sha256'))
    )
    op.create_table('capture',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('first_fetched_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_capture'))
    )
    op.create_table('destination',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('wish', Json, nullable=False),
    sa.Column('secrets', Json, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('state_reason', sa.Text(), nullable=True),
    sa.Column('failing_since', UtcTime(), nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_destination'))
    )
    with op.batch_alter_table('destination', schema=None) as batch_op:
        batch_op.create_index('ix_destination_created_at_id', ['created_at', 'id'], unique=False)

    op.create_table('event',
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('type', sa.String(length=32), nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.Column('statement_id', sa.Uuid(), nullable=True),
    sa.Column('edit_id', sa.Uuid(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_event')),
    sa.UniqueConstraint('id', name=op.f('uq_event_id'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index('ix_event_edit_id', ['edit_id'], unique=False)
        batch_op.create_index('ix_event_statement_id', ['statement_id'], unique=False)

    op.create_table('feed_position',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_position'))
    )
    op.create_table('host',
    sa.Column('name', sa.String(length=260), nullable=False),
    sa.Column('next_at', UtcTime(), nullable=False),
    sa.Column('gap_seconds', sa.Float(), nullable=False),
    sa.Column('refusals', sa.Integer(), nullable=False),
    sa.Column('lease', sa.String(length=32), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_host'))
    )
    with op.batch_alter_table('host', schema=None) as batch_op:
        batch_op.create_index('ix_host_next_at', ['next_at'], unique=False)

    op.create_table('idempotency_key',
    sa.Column('key_id', sa.Uuid(), nullable=False),
    sa.Column('route', sa.String(length=128), nullable=False),
    sa.Column('value', sa.String(length=128), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('answer', Json, nullable=False),
    sa.Column('headers', Json, nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('key_id', 'route', 'value', name=op.f('pk_idempotency_key'))
    )
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.create_index('ix_idempotency_key_created_at', ['created_at'], unique=False)

    op.create_table('pin',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('variants', Json, nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pin'))
    )
    with op.batch_alter_table('pin', schema=None) as batch_op:
        batch_op.create_index('ix_pin_created_at_id', ['created_at', 'id'], unique=False)

    op.create_table('watch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('publisher', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('interval_seconds', sa.Integer(), nullable=True),
    sa.Column('selectors', Json, nullable=False),
    sa.Column('respect_robots', sa.Boolean(), nullable=False),
    sa.Column('identity', sa.Text(), nullable=True),
    sa.Column('health', sa.String(length=16), nullable=False),
    sa.Column('last_checked_at', UtcTime(), nullable=True),
    sa.Column('last_outcome', sa.String(length=32), nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('updated_at', UtcTime(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('live_target', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch')),
    sa.UniqueConstraint('live_target', name=op.f('uq_watch_live_target'))
    )
    with op.batch_alter_table('watch', schema=None) as batch_op:
        batch_op.create_index('ix_watch_created_at_id', ['created_at', 'id'], unique=False)

    op.create_table('alert',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('edit_id', sa.Uuid(), nullable=True),
    sa.Column('destination_id', sa.Uuid(), nullable=False),
    sa.Column('type', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('next_try_at', UtcTime(), nullable=True),
    sa.Column('lease', sa.String(length=32), nullable=True),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('delivered_at', UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['destination_id'], ['destination.id'], name=op.f('fk_alert_destination_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('destination_id', 'event_id', name=op.f('uq_alert_destination_id_event_id'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_created_at_id', ['created_at', 'id'], unique=False)
        batch_op.create_index('ix_alert_destination_id_created_at_id', ['destination_id', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_alert_edit_id', ['edit_id'], unique=False)
        batch_op.create_index('ix_alert_waiting', ['destination_id', 'next_try_at', 'id'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))

    op.create_table('check_due',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('watch_id', sa.Uuid(), nullable=False),
    sa.Column('statement_id', sa.Uuid(), nullable=True),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('host', sa.String(length=260), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('before', sa.Text(), nullable=True),
    sa.Column('until', sa.Text(), nullable=True),
    sa.Column('fallback', Json, nullable=True),
    sa.Column('due_at', UtcTime(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('etag', sa.Text(), nullable=True),
    sa.Column('last_modified', sa.Text(), nullable=True),
    sa.Column('lease', sa.String(length=32), nullable=True),
    sa.Column('is_paused', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_check_due_watch_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_due'))
    )
    with op.batch_alter_table('check_due', schema=None) as batch_op:
        batch_op.create_index('ix_check_due_host_due_at', ['host', 'due_at'], unique=False)
        batch_op.create_index('ix_check_due_waiting', ['due_at', 'host'], unique=False, sqlite_where=sa.text('is_paused = 0'), postgresql_where=sa.text('NOT is_paused'))
        batch_op.create_index('ix_check_due_statement_id', ['statement_id'], unique=False)
        batch_op.create_index('ix_check_due_watch_id_purpose', ['watch_id', 'purpose'], unique=False)

    op.create_table('gap',
    sa.Column('watch_id', sa.Uuid(), nullable=False),
    sa.Column('opened_at', UtcTime(), nullable=False),
    sa.Column('closed_at', UtcTime(), nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_gap_watch_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('watch_id', 'opened_at', name=op.f('pk_gap'))
    )
    op.create_table('pin_watch',
    sa.Column('pin_id', sa.Uuid(), nullable=False),
    sa.Column('watch_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['pin_id'], ['pin.id'], name=op.f('fk_pin_watch_pin_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_pin_watch_watch_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('pin_id', 'watch_id', name=op.f('pk_pin_watch'))
    )
    with op.batch_alter_table('pin_watch', schema=None) as batch_op:
        batch_op.create_index('ix_pin_watch_watch_id', ['watch_id'], unique=False)

    op.create_table('statement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('watch_id', sa.Uuid(), nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('read_from', sa.String(length=16), nullable=False),
    sa.Column('read_by', sa.String(length=160), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('published_at', UtcTime(), nullable=True),
    sa.Column('first_seen_at', UtcTime(), nullable=False),
    sa.Column('last_seen_at', UtcTime(), nullable=False),
    sa.Column('last_checked_at', UtcTime(), nullable=False),
    sa.Column('last_edited_at', UtcTime(), nullable=True),
    sa.Column('missing_since', UtcTime(), nullable=True),
    sa.Column('withdrawn_at', UtcTime(), nullable=True),
    sa.Column('version_count', sa.Integer(), nullable=False),
    sa.Column('edit_count', sa.Integer(), nullable=False),
    sa.Column('text_sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_statement_watch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement')),
    sa.UniqueConstraint('watch_id', 'external_id', name=op.f('uq_statement_watch_id_external_id'))
    )
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.create_index('ix_statement_first_seen_at_id', ['first_seen_at', 'id'], unique=False)
        batch_op.create_index('ix_statement_watch_id_first_seen_at_id', ['watch_id', 'first_seen_at', 'id'], unique=False)

    op.create_table('visit',
    sa.Column('watch_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('http_status', sa.Integer(), nullable=True),
    sa.Column('elapsed_seconds', sa.Float(), nullable=True),
    sa.Column('wire_bytes', sa.Integer(), nullable=True),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_visit_watch_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('watch_id', 'id', name=op.f('pk_visit'))
    )
    op.create_table('watch_tag',
    sa.Column('watch_id', sa.Uuid(), nullable=False),
    sa.Column('tag', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['watch_id'], ['watch.id'], name=op.f('fk_watch_tag_watch_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('watch_id', 'tag', name=op.f('pk_watch_tag'))
    )
    with op.batch_alter_table('watch_tag', schema=None) as batch_op:
        batch_op.create_index('ix_watch_tag_tag_watch_id', ['tag', 'watch_id'], unique=False)

    op.create_table('claim',
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('earlier_keys', Json, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('spans', Json, nullable=False),
    sa.Column('standing', sa.Boolean(), nullable=False),
    sa.Column('first_version', sa.Integer(), nullable=False),
    sa.Column('last_version', sa.Integer(), nullable=False),
    sa.Column('removed_in', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_claim_statement_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('statement_id', 'number', name=op.f('pk_claim'))
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index('ix_claim_id', ['id'], unique=False)

    op.create_table('claim_change',
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('edit_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=16), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('before_spans', Json, nullable=False),
    sa.Column('after_spans', Json, nullable=False),
    sa.Column('facets', Json, nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('similarity', sa.Float(), nullable=False),
    sa.Column('moved', sa.Boolean(), nullable=False),
    sa.Column('other_numbers', Json, nullable=False),
    sa.Column('removed_in', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_claim_change_statement_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('statement_id', 'edit_id', 'place', name=op.f('pk_claim_change'))
    )
    with op.batch_alter_table('claim_change', schema=None) as batch_op:
        batch_op.create_index('ix_claim_change_statement_id_number', ['statement_id', 'number'], unique=False)

    op.create_table('delivery',
    sa.Column('alert_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.Column('http_status', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('elapsed_seconds', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_delivery_alert_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('alert_id', 'number', name=op.f('pk_delivery'))
    )
    op.create_table('edit',
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('watch_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('from_version', sa.Integer(), nullable=False),
    sa.Column('to_version', sa.Integer(), nullable=False),
    sa.Column('restores', sa.Integer(), nullable=True),
    sa.Column('last_seen_unchanged_at', UtcTime(), nullable=False),
    sa.Column('first_seen_changed_at', UtcTime(), nullable=False),
    sa.Column('stood_seconds', sa.Float(), nullable=False),
    sa.Column('seconds_since_publication', sa.Float(), nullable=True),
    sa.Column('earlier_edits', sa.Integer(), nullable=False),
    sa.Column('confirmation', sa.String(length=16), nullable=False),
    sa.Column('confirmed_at', UtcTime(), nullable=True),
    sa.Column('analysis_state', sa.String(length=16), nullable=False),
    sa.Column('analysis_attempts', sa.Integer(), nullable=False),
    sa.Column('analyzer_version', sa.String(length=32), nullable=True),
    sa.Column('statement_action', sa.String(length=16), nullable=True),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('disclosed', sa.Boolean(), nullable=False),
    sa.Column('marked_edited', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('facets_supported', Json, nullable=False),
    sa.Column('truncated', sa.Boolean(), nullable=False),
    sa.Column('change_hash', sa.String(length=64), nullable=True),
    sa.Column('pins', Json, nullable=False),
    sa.Column('is_technical', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_edit_statement_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('statement_id', 'id', name=op.f('pk_edit'))
    )
    with op.batch_alter_table('edit', schema=None) as batch_op:
        batch_op.create_index('ix_edit_change_hash', ['change_hash'], unique=False)
        batch_op.create_index('ix_edit_first_seen_changed_at_id', ['first_seen_changed_at', 'id'], unique=False)
        batch_op.create_index('ix_edit_id', ['id'], unique=False)
        batch_op.create_index('ix_edit_owed', ['first_seen_changed_at'], unique=False, sqlite_where=sa.text("analysis_state = 'owed'"), postgresql_where=sa.text("analysis_state = 'owed'"))
        batch_op.create_index('ix_edit_watch_id_first_seen_changed_at_id', ['watch_id', 'first_seen_changed_at', 'id'], unique=False)

    op.create_table('edit_pin',
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('edit_id', sa.Uuid(), nullable=False),
    sa.Column('pin_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_edit_pin_statement_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('statement_id', 'edit_id', 'pin_id', name=op.f('pk_edit_pin'))
    )
    with op.batch_alter_table('edit_pin', schema=None) as batch_op:
        batch_op.create_index('ix_edit_pin_pin_id_edit_id', ['pin_id', 'edit_id'], unique=False)

    op.create_table('flag',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('edit_id', sa.Uuid(), nullable=False),
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('watch_id', sa.Uuid(), nullable=False),
    sa.Column('claim_id', sa.Uuid(), nullable=True),
    sa.Column('action', sa.String(length=16), nullable=False),
    sa.Column('facets', Json, nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('level_rank', sa.Integer(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('headline', sa.Text(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('created_at', UtcTime(), nullable=False),
    sa.Column('review_state', sa.String(length=16), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('reviewed_at', UtcTime(), nullable=True),
    sa.Column('reviewed_by', sa.Text(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_flag_statement_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flag'))
    )
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.create_index('ix_flag_created_at_id', ['created_at', 'id'], unique=False)
        batch_op.create_index('ix_flag_review_state_created_at_id', ['review_state', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_flag_statement_id_edit_id', ['statement_id', 'edit_id'], unique=False)

    op.create_table('observation',
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('at', UtcTime(), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('version_number', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_observation_statement_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('statement_id', 'id', name=op.f('pk_observation'))
    )
    op.create_table('version',
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('author', sa.Text(), nullable=True),
    sa.Column('published_at', UtcTime(), nullable=True),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('marked_edited', sa.Boolean(), nullable=False),
    sa.Column('details', Json, nullable=False),
    sa.Column('first_seen_at', UtcTime(), nullable=False),
    sa.Column('last_seen_at', UtcTime(), nullable=False),
    sa.Column('text_sha256', sa.String(length=64), nullable=False),
    sa.Column('record_sha256', sa.String(length=64), nullable=False),
    sa.Column('capture_sha256', sa.String(length=64), nullable=False),
    sa.Column('restores', sa.Integer(), nullable=True),
    sa.Column('is_technical', sa.Boolean(), nullable=False),
    sa.Column('fetched_url', sa.Text(), nullable=False),
    sa.Column('headers', Json, nullable=False),
    sa.Column('redirects', Json, nullable=False),
    sa.Column('extractor_version', sa.String(length=64), nullable=False),
    sa.Column('normaliser_version', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['capture_sha256'], ['capture.sha256'], name=op.f('fk_version_capture_sha256')),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_version_statement_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('statement_id', 'number', name=op.f('pk_version'))
    )
    with op.batch_alter_table('version', schema=None) as batch_op:
        batch_op.create_index('ix_version_capture_sha256', ['capture_sha256'], unique=False)

    op.create_table('flag_pin',
    sa.Column('flag_id', sa.Uuid(), nullable=False),
    sa.Column('pin_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_flag_pin_flag_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('flag_id', 'pin_id', name=op.f('pk_flag_pin'))
    )
    with op.batch_alter_table('flag_pin', schema=None) as batch_op:
        batch_op.create_index('ix_flag_pin_pin_id', ['pin_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('flag_pin', schema=None) as batch_op:
        batch_op.drop_index('ix_flag_pin_pin_id')

    op.drop_table('flag_pin')
    with op.batch_alter_table('version', schema=None) as batch_op:
        batch_op.drop_index('ix_version_capture_sha256')

    op.drop_table('version')
    op.drop_table('observation')
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.drop_index('ix_flag_statement_id_edit_id')
        batch_op.drop_index('ix_flag_review_state_created_at_id')
        batch_op.drop_index('ix_flag_created_at_id')

    op.drop_table('flag')
    with op.batch_alter_table('edit_pin', schema=None) as batch_op:
        batch_op.drop_index('ix_edit_pin_pin_id_edit_id')

    op.drop_table('edit_pin')
    with op.batch_alter_table('edit', schema=None) as batch_op:
        batch_op.drop_index('ix_edit_watch_id_first_seen_changed_at_id')
        batch_op.drop_index('ix_edit_owed', sqlite_where=sa.text("analysis_state = 'owed'"), postgresql_where=sa.text("analysis_state = 'owed'"))
        batch_op.drop_index('ix_edit_id')
        batch_op.drop_index('ix_edit_first_seen_changed_at_id')
        batch_op.drop_index('ix_edit_change_hash')

    op.drop_table('edit')
    op.drop_table('delivery')
    with op.batch_alter_table('claim_change', schema=None) as batch_op:
        batch_op.drop_index('ix_claim_change_statement_id_number')

    op.drop_table('claim_change')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index('ix_claim_id')

    op.drop_table('claim')
    with op.batch_alter_table('watch_tag', schema=None) as batch_op:
        batch_op.drop_index('ix_watch_tag_tag_watch_id')

    op.drop_table('watch_tag')
    op.drop_table('visit')
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.drop_index('ix_statement_watch_id_first_seen_at_id')
        batch_op.drop_index('ix_statement_first_seen_at_id')

    op.drop_table('statement')
    with op.batch_alter_table('pin_watch', schema=None) as batch_op:
        batch_op.drop_index('ix_pin_watch_watch_id')

    op.drop_table('pin_watch')
    op.drop_table('gap')
    with op.batch_alter_table('check_due', schema=None) as batch_op:
        batch_op.drop_index('ix_check_due_watch_id_purpose')
        batch_op.drop_index('ix_check_due_statement_id')
        batch_op.drop_index('ix_check_due_host_due_at')
        batch_op.drop_index('ix_check_due_waiting', sqlite_where=sa.text('is_paused = 0'), postgresql_where=sa.text('NOT is_paused'))

    op.drop_table('check_due')
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_waiting', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index('ix_alert_edit_id')
        batch_op.drop_index('ix_alert_destination_id_created_at_id')
        batch_op.drop_index('ix_alert_created_at_id')

    op.drop_table('alert')
    with op.batch_alter_table('watch', schema=None) as batch_op:
        batch_op.drop_index('ix_watch_created_at_id')

    op.drop_table('watch')
    with op.batch_alter_table('pin', schema=None) as batch_op:
        batch_op.drop_index('ix_pin_created_at_id')

    op.drop_table('pin')
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.drop_index('ix_idempotency_key_created_at')

    op.drop_table('idempotency_key')
    with op.batch_alter_table('host', schema=None) as batch_op:
        batch_op.drop_index('ix_host_next_at')

    op.drop_table('host')
    op.drop_table('feed_position')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('ix_event_statement_id')
        batch_op.drop_index('ix_event_edit_id')

    op.drop_table('event')
    with op.batch_alter_table('destination', schema=None) as batch_op:
        batch_op.drop_index('ix_destination_created_at_id')

    op.drop_table('destination')
    op.drop_table('capture')
    op.drop_table('api_key')
