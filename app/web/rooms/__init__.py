"""The rooms beside the chat, one module each: pages made on the server."""

from fastapi import APIRouter

from app.web.house import House
from app.web.rooms import briefs, corpus, docs, feedback, figures, history, sign_in


def router(house: House) -> APIRouter:
    """The routes of all rooms."""
    rooms = APIRouter(include_in_schema=False)
    for room in (figures, corpus, briefs, docs, history, feedback, sign_in):
        room.add(rooms, house)
    return rooms
