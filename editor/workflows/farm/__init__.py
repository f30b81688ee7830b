"""Work spread over processes and machines by Dask: films frame by frame, batches file by file.

Inputs travel by content hash and lie on each worker once; results land in one cache, so that what was done is not done
again; a lost worker costs the pieces it held. The extra `farm` brings Dask. See resources/docs/queue.md.
"""
