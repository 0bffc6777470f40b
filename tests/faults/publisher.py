"""Publishes what is in review, and stops in the middle of it: all is written, nothing committed."""

import datetime as dt
import sys
import time

from sqlalchemy import event
from sqlalchemy.orm import Session

from knowledge_base.database import Database, open_engine
from knowledge_base.editing.publishing import PublishRules, publish
from knowledge_base.editing.repository import newest_number
from knowledge_base.editing.types import Deed


def stop_in_the_middle(session):
    session.flush()
    print(f"written {newest_number(session)}", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    event.listen(Session, "before_commit", stop_in_the_middle)
    now = dt.datetime.now(dt.UTC)
    publish(Database(open_engine(sys.argv[1])), None, Deed("wang", "", now), PublishRules(), now.date())
