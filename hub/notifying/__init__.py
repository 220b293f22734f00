"""Telling partners that something happened: CloudEvents signed as Standard Webhooks, delivered in the background."""
