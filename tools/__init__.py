"""Tools for those who maintain this repository; they aren't part of the package."""
