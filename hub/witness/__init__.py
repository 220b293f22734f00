"""A witness: a small server with an administrator of its own that follows logs and lets none of them go back.

After C2SP tlog-witness. It knows nothing of hubs but their logs' origins and public keys, and opens no database.
"""
