"""Blob Storage through Debian's azure.storage.blob."""
import os
import uuid
from datetime import datetime, timedelta, timezone

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobLeaseClient, BlobServiceClient, BlobType, ContentSettings, ContainerSasPermissions, generate_container_sas

account = "py" + uuid.uuid4().hex[:10]
key = "a2V5a2V5a2V5a2V5"
url = f"{os.environ['ISOBAR_AZURE_ENDPOINT']}/{account}"
service = BlobServiceClient(url, credential={"account_name": account, "account_key": key})
container = service.get_container_client("box")


def fails(call, code, kind=HttpResponseError):
    try:
        call()
    except kind as error:
        assert error.error_code == code, (error.error_code, error)
    else:
        raise AssertionError(f"{code} expected")


container.create_container(metadata={"team": "blue"})
fails(container.create_container, "ContainerAlreadyExists", ResourceExistsError)

blob = container.get_blob_client("folder/ä & b.txt")
blob.upload_blob(b"hello", metadata={"k": "v"}, content_settings=ContentSettings(content_type="text/plain", cache_control="no-store"), tags={"colour": "red"})
properties = blob.get_blob_properties()
assert (properties.size, properties.content_settings.content_type, properties.metadata["k"], properties.tag_count) == (5, "text/plain", "v", 1)
assert blob.download_blob().readall() == b"hello" and blob.download_blob(offset=1, length=3).readall() == b"ell"
fails(lambda: blob.upload_blob(b"x"), "BlobAlreadyExists", ResourceExistsError)
big = os.urandom(9 << 20)
container.upload_blob("big", big, max_concurrency=2)
assert container.download_blob("big", max_concurrency=2).readall() == big

log = container.get_blob_client("log")
log.upload_blob(b"one\n", blob_type=BlobType.APPENDBLOB)
log.append_block(b"two\n")
log.upload_blob(b"three\n", blob_type=BlobType.APPENDBLOB)
assert log.download_blob().readall() == b"one\ntwo\nthree\n"

lease = BlobLeaseClient(blob)
lease.acquire(lease_duration=15)
fails(blob.delete_blob, "LeaseIdMissing")
blob.set_blob_metadata({"k": "w"}, lease=lease)
assert blob.get_blob_properties().lease.state == "leased"
lease.release()

snapshot = blob.create_snapshot()["snapshot"]
blob.upload_blob(b"newer", overwrite=True)
old = service.get_blob_client("box", blob.blob_name, snapshot=snapshot)
assert old.download_blob().readall() == b"hello" and old.get_blob_properties().metadata == {"k": "w"}
fails(blob.delete_blob, "SnapshotsPresent")
assert [b.snapshot for b in container.list_blobs(name_starts_with="folder/", include=["snapshots"])] == [snapshot, None]
blob.set_blob_tags({"colour": "green", "n": "1"})
assert blob.get_blob_tags() == {"colour": "green", "n": "1"}
assert [b.name for b in service.find_blobs_by_tags("\"colour\" = 'green'")] == [blob.blob_name]

copy = container.get_blob_client("copy")
assert copy.start_copy_from_url(blob.url)["copy_status"] == "success"
assert copy.get_blob_properties().copy.status == "success"
copy.upload_blob_from_url(old.url, overwrite=True)
assert copy.download_blob().readall() == b"hello"

assert sorted(b.name for b in container.walk_blobs()) == ["big", "copy", "folder/", "log"]
sas = generate_container_sas(account, "box", account_key=key, permission=ContainerSasPermissions(read=True, list=True), expiry=datetime.now(timezone.utc) + timedelta(hours=1))
assert len(list(BlobServiceClient(url, credential=sas).get_container_client("box").list_blobs())) == 4
results = list(container.delete_blobs("big", "copy", "log"))
assert [r.status_code for r in results] == [202, 202, 202]
blob.delete_blob(delete_snapshots="include")
fails(blob.get_blob_properties, "BlobNotFound", ResourceNotFoundError)
container.delete_container()
print("done")
