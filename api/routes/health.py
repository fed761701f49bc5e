"""Is all well? For watchdogs and people."""

from fastapi import APIRouter

from api.deps import FacadeDep
from api.errors import UNHEALTHY, ProblemError, responses
from api.schemas import HealthOut

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is all well?", responses=responses(UNHEALTHY))
@router.head("/healthz", include_in_schema=False)
async def healthz(facade: FacadeDep) -> HealthOut:
    """200 when everything works, 503 when something does not; either way a sentence for each part."""
    ok, parts = facade.health()
    if not ok:
        sentences = "; ".join(f"{part}: {text}" for part, text in parts.items())
        raise ProblemError(UNHEALTHY, sentences, ok=False, parts=parts)
    return HealthOut(ok=True, parts=parts)
