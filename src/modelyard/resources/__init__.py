"""Configuration in, azure-native resources out: one component a concern, put together by `Yard`.

A Pulumi program lives for two seconds and keeps nearly all it makes, a million objects of azure-native's among it.
Looking through them for garbage took a tenth of every run, so in a program the collector is off (`program.py` also
keeps it from looking through them at the end).
"""

import gc

gc.disable()
