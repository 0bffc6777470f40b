"""Tests of the routes behind the knowledge pages."""
