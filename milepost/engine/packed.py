"""Pack what was learnt into bytes, and back."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import ATTEMPT, YEAR, bin_of
from milepost.engine.learnt import Learnt
from milepost.engine.season import Season
from milepost.engine.strengths import Strengths
from milepost.engine.worlds import Worlds

FORM = 2
"""Grows with every change of what is packed. Form 1, the same bins for all steps, is still read, others are not."""

PLAIN = ("clocks", "multipliers", "skips", "counts", "reached")
SEASON = ("season_pace", "season_moves", "season_expected")


def pack(learnt: Learnt) -> bytes:
    """Pack everything into a compressed npz; nothing in it is code."""
    file = io.BytesIO()
    draws = learnt.draws
    np.savez_compressed(
        file,
        form=np.array(FORM),
        keys=_words(learnt.keys),
        segments=_words(learnt.segments),
        bins=np.array([len(edges) for edges in learnt.edges_by_step], np.int64),
        cuts=np.array([len(blocks) for blocks in learnt.blocks_by_step], np.int64),
        blocks=np.concatenate([np.zeros(0, np.int64), *learnt.blocks_by_step]),
        edges=np.concatenate([np.zeros(0, np.int64), *learnt.edges_by_step]),
        hazards=np.concatenate([np.zeros((draws, 0, 2), np.float32), *learnt.hazards_by_step], axis=1),
        lambda0=learnt.worlds.lambda0,
        s=learnt.worlds.strengths.s,
        kappa=learnt.worlds.strengths.kappa,
        seed=np.array(learnt.worlds.seed),
        last=learnt.last,
        tempo=_words([*map(list, learnt.tempo.items())]),
        undated=learnt.undated,
        won_of_reached=learnt.won_of_reached,
        **_season(learnt),
        **{name: getattr(learnt, name) for name in PLAIN},
    )
    return file.getvalue()


def unpack(packed: bytes) -> Learnt:
    """Unpack what `pack` packed; raises ValueError when it has another version's form."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as file:
        if "form" in file and int(file["form"]) == 1:
            return _unpack_first(file)
        if "form" not in file or int(file["form"]) != FORM:
            raise ValueError("This was learnt by another version: learn again.")
        cuts = np.cumsum(file["bins"])[:-1]
        some = slice(None) if len(file["bins"]) else slice(0)
        return Learnt(
            keys=tuple(json.loads(file["keys"].tobytes())),
            segments=tuple(json.loads(file["segments"].tobytes())),
            blocks_by_step=tuple(np.split(file["blocks"], np.cumsum(file["cuts"])[:-1])[some]),
            edges_by_step=tuple(np.split(file["edges"], cuts)[some]),
            hazards_by_step=tuple(np.split(file["hazards"], cuts, axis=1)[some]),
            undated=_undated(file),
            won_of_reached=_won_of_reached(file),
            last=_last(file),
            worlds=Worlds(file["lambda0"], Strengths(file["s"], file["kappa"]), int(file["seed"])),
            tempo=_tempo(file),
            season=Season(*(file[name] for name in SEASON)) if SEASON[0] in file else None,
            **{name: file[name] for name in PLAIN},
        )


def _unpack_first(file: Mapping[str, NDArray]) -> Learnt:
    """Unpack form 1: the company's bins for every step, one clock, no segments and no skips."""
    keys = tuple(json.loads(file["keys"].tobytes()))
    hazards, edges, K = file["hazards"], file["edges"], len(keys)
    return Learnt(
        keys=keys,
        segments=(),
        clocks=np.full(K, ATTEMPT),
        blocks_by_step=(edges,) * K,
        edges_by_step=(edges,) * K,
        hazards_by_step=tuple(hazards[:, k] for k in range(K)),
        multipliers=np.ones((len(hazards), K, 0, 2), np.float32),
        skips=np.zeros((len(hazards), K), np.float32),
        counts=file["counts"],
        reached=file["reached"][:, bin_of(np.arange(YEAR + 1), edges)],
        undated=np.zeros((K, 3), np.int64),
        won_of_reached=np.zeros((K, YEAR + 1), np.int64),
        last=_last(file),
        worlds=Worlds(file["lambda0"], Strengths(file["s"], file["kappa"]), int(file["seed"])),
    )


def _season(learnt: Learnt) -> dict[str, Any]:
    season = learnt.season
    return {} if season is None else dict(zip(SEASON, (season.pace, season.moves, season.expected), strict=True))


def _last(file: Mapping[str, NDArray]) -> NDArray[np.int64]:
    """Return how those ended that had no step left; before that was counted, of none it is known."""
    last = np.zeros(3, np.int64)
    known = file.get("last", last)
    last[: len(known)] = known  # earlier, those won with their last step were not counted
    return last


def _tempo(file: Mapping[str, NDArray]) -> dict[str, float]:
    """Return the tempo of the steps of which people state their days; at first nobody was asked."""
    return dict(json.loads(file["tempo"].tobytes())) if "tempo" in file else {}


def _won_of_reached(file: Mapping[str, NDArray]) -> NDArray[np.int64]:
    """Return how many were won of those of each age; first it was not counted, then with those watched later only."""
    found: NDArray[np.int64] = file.get("won_of_reached", file.get("won_from", np.zeros_like(file["reached"])))
    return np.minimum(found, file["reached"])


def _undated(file: Mapping[str, NDArray]) -> NDArray[np.int64]:
    """Return the stays on days nobody knows; at first none were counted, and then not the open ones."""
    undated = np.zeros((len(file["bins"]), 3), np.int64)
    known = file.get("undated", undated)
    undated[:, : known.shape[1]] = known
    return undated


def _words(names: Sequence[Any]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(names).encode(), dtype=np.uint8)
