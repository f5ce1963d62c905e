"""Workloads and what they measured."""
