"""Other words for the canonical modifiers, and words of a prompt that say nothing of the prop."""

from __future__ import annotations

# canonical -> words that mean it. The first may stand before a noun ("timber crate"); those in NOUNS after "of" as well.
_SYNONYMS = {
    # materials
    "wooden": "wood, timber, lumber, woody, made from wood",
    "oak": "oaken, oak wood",
    "dark wood": "dark wooden, mahogany wood, walnut, ebony wood, walnut wood, dark timber, mahogany",
    "pine": "pine wood, pinewood, light wood",
    "plank": "planked, wood plank, wooden plank, planks of wood, boarded, clapboard, slatted wood",
    "painted wood": "painted wooden, lacquered wood, lacquered, enamelled wood, painted timber",
    "bark": "bark covered",
    "wicker": "woven, rattan, basketwork, cane, woven willow",
    "straw": "thatch, thatched, hay, raffia, straw woven",
    "leather": "leathery, hide, rawhide, suede, cowhide",
    "fabric": "cloth, textile, linen cloth, cotton, canvas, velvet, woollen, wool, felt, knitted, upholstered, silk",
    "paper": "papery, parchment, paper made, papier mache",
    "cardboard": "carton board, corrugated cardboard, corrugated",
    "fur": "furry, fluffy, hairy, plush",
    "foliage": "leafy, leaves, leaf covered, verdant",
    "brick": "bricks, brickwork, bricked",
    "plaster": "plastered, stucco, whitewashed, gypsum, adobe",
    "concrete": "cement, reinforced concrete, beton",
    "clay": "terracotta, terra cotta, earthenware, earthen, mud",
    "stone": "rock, granite, limestone, sandstone, stony, stonework, rocky, basalt, slate stone, flint",
    "marble": "alabaster, polished marble",
    "cobblestone": "cobbled, cobble, fieldstone, rubble stone",
    "roof tile": "tiled roof, roof tiles, clay tile, clay tiles, shingle, shingled, tiled",
    "plastic": "polymer, vinyl, acrylic, pvc, nylon, bakelite",
    "rubber": "rubbery, latex, silicone",
    "ceramic": "porcelain, china, glazed, earthenware glazed, pottery, stoneware, enamel",
    "bread": "bready, baked",
    "chocolate": "chocolatey, cocoa coated",
    "snow": "snowy, snow covered",
    "metal": "metallic, metal made, sheet metal, aluminium, aluminum, tin, alloy, zinc, titanium, chrome, chromed",
    "steel": "stainless steel, stainless, steely, polished steel",
    "iron": "wrought iron, cast iron, ironwork",
    "copper": "coppery",
    "brass": "brassy, bronze, brazen",
    "gold": "golden, gilded, gilt, golden metal, solid gold",
    "silver": "silvery, silver plated, sterling silver, platinum, pewter",
    "rusty": "rusted, rust, corroded, rusting, oxidised, oxidized, rusty metal, rusty iron, rust covered",
    "painted metal": "enamelled metal, lacquered metal, painted steel, painted iron, coated metal",
    "glowing": "luminous, illuminated, shining, lit, neon, light emitting, emissive, luminescent, incandescent, lit up",
    "glass": "glassy, transparent, see through, clear glass, stained glass, translucent",
    "crystal": "crystalline, quartz, gemstone, diamond, jewelled",
    "ice": "icy, frozen, frosty",
    "water": "watery, liquid",
    # patterns
    "striped": "stripy, stripey, stripes, stripe, banded stripes",
    "checkered": "checked, chequered, checkerboard, chequerboard, checks, plaid, tartan, gingham, checker",
    "dotted": "polka dot, polka dots, polka dotted, spotted, spotty, dots, spots, dot, speckled",
    # styles
    "ornate": "fancy, decorated, ornamented, ornamental, baroque, elegant, elaborate, decorative, rococo, victorian, royal",
    "rustic": "rough, weathered, old, worn, medieval, rough hewn, aged, shabby, primitive, old fashioned, antique",
    "futuristic": "sci fi, scifi, cyberpunk, high tech, hi tech, science fiction, space age, futurist, cyber, modern tech",
    "low-poly": "lowpoly, faceted, low polygon, blocky, angular, low poly count",
    "cartoon": "stylized, stylised, cartoonish, cartoony, cute, toon, chubby, animated, comic, chibi, toylike",
    # counts and colours
    "grey": "gray, greyish, grayish", "light blue": "pale sky blue", "dark red": "darkish red", "dark green": "darkish green",
    "purple": "purplish", "red": "reddish", "blue": "bluish", "green": "greenish", "yellow": "yellowish",
    "brown": "brownish", "white": "whitish", "black": "blackish", "pink": "pinkish", "lavender": "lavender coloured",
}  # fmt: skip
SYNONYMS: dict[str, tuple[str, ...]] = {
    word: tuple(other.strip() for other in others.split(",")) for word, others in _SYNONYMS.items()
}
# Forms that follow "made of": every other word of a material may stand before the noun only.
NOUNS = {
    "wooden": "wood", "rusty": "rusty metal", "plank": "wooden planks", "glowing": "", "foliage": "leaves",
    "roof tile": "roof tiles", "brick": "bricks", "cobblestone": "cobblestone", "metal": "metal",
}  # fmt: skip
PATTERN_NOUNS = {"striped": "stripes", "checkered": "checks", "dotted": "dots"}

_FILLER = """3d model, 3d, model, game prop, game asset, game ready, prop, asset, object, item, thing, render, rendering, picture,
image, photo, photograph, drawing, sketch of, illustration, please, make, make me, generate, create, give me, give, i
want, i need, want, need, design, build, draw, show me, show, can you, could you, you, me, i, we, would like, like,
high quality, highly detailed, detailed, very detailed, hd, 4k, 8k, uhd, pbr, unreal engine, blender, unity, octane
render, trending on artstation, masterpiece, best quality, photorealistic, realistic, professional, beautiful, nice,
pretty, cool, awesome, good, great, lovely, simple, basic, generic, standard, typical, normal, regular, ordinary,
plain, single object, isolated, centered, white background, kind, sort, type, style, styled, look, looking, coloured,
colored, colour, color, tone, toned, made, built, crafted, forged, carved, covered, decorated, trimmed, painted,
coated, fitted, equipped, complete, topped, filled, small, big, large, huge, tiny, little, massive, enormous, giant,
mini, miniature, medium, sized, size, medium sized, extra, very, really, quite, rather, slightly, somewhat, fairly,
bit, lot,
several, few, many, dozen, which, who, has, have, is, are, be, was, it, there, also, plus, just, only, some, any, all, each, both,
other, another, new, brand new, material, texture, textured, finish, pattern, patterned, surface, for a game, video
game, fantasy game, game, scene, background, fantasy, out, as, so, such, handmade, hand made, hand painted, stylish"""
FILLER: frozenset[str] = frozenset(" ".join(word.split()) for word in _FILLER.split(","))
_MEASURES = """piece, pieces, slice, set, pair, bunch, group, stack, pile, heap, couple, number, row, collection, part, version,
replica, miniature version, model, variety, lots"""
MEASURES: frozenset[str] = frozenset(" ".join(word.split()) for word in _MEASURES.split(","))
