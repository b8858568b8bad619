using Isobar.Aws.Protocols;
using Isobar.Core.Support;

namespace Isobar.Aws.S3;

/// <summary>
/// Every operation of the S3 service model, the more particular before the plainer: the first match is the operation.
/// </summary>
internal static class S3Routes
{
    private const S3Level Bucket = S3Level.Bucket;
    private const S3Level Object = S3Level.Object;

    public static IReadOnlyList<S3Route> All { get; } =
    [
        new("ListBuckets", "GET", S3Level.Service, "", BucketOperations.ListAsync),

        new("GetObjectTagging", "GET", Object, "tagging", TaggingOperations.GetObjectAsync),
        new("PutObjectTagging", "PUT", Object, "tagging", TaggingOperations.PutObjectAsync),
        new("DeleteObjectTagging", "DELETE", Object, "tagging", TaggingOperations.DeleteObjectAsync),
        new("GetObjectAttributes", "GET", Object, "attributes", AttributeOperations.GetAsync),
        .. Unsupported(Object, "GET", ("acl", "GetObjectAcl"), ("legal-hold", "GetObjectLegalHold"), ("retention", "GetObjectRetention"), ("torrent", "GetObjectTorrent")),
        .. Unsupported(Object, "PUT", ("acl", "PutObjectAcl"), ("legal-hold", "PutObjectLegalHold"), ("retention", "PutObjectRetention"), ("renameObject", "RenameObject"), ("encryption", "UpdateObjectEncryption")),
        .. Unsupported(Object, "POST", ("restore", "RestoreObject"), ("select", "SelectObjectContent")),
        new("ListParts", "GET", Object, "uploadId", MultipartListings.PartsAsync),
        new("UploadPartCopy", "PUT", Object, "partNumber", MultipartOperations.CopyPartAsync) { And = "uploadId", Header = "x-amz-copy-source" },
        new("UploadPart", "PUT", Object, "partNumber", MultipartOperations.PutPartAsync) { And = "uploadId" },
        new("CreateMultipartUpload", "POST", Object, "uploads", MultipartOperations.CreateAsync),
        new("CompleteMultipartUpload", "POST", Object, "uploadId", MultipartCompletion.CompleteAsync),
        new("AbortMultipartUpload", "DELETE", Object, "uploadId", MultipartOperations.AbortAsync),
        new("CopyObject", "PUT", Object, "", CopyOperations.CopyAsync) { Header = "x-amz-copy-source" },
        new("PutObject", "PUT", Object, "", ObjectWrites.PutAsync),
        new("GetObject", "GET", Object, "", ObjectReads.GetAsync),
        new("HeadObject", "HEAD", Object, "", ObjectReads.HeadAsync),
        new("DeleteObject", "DELETE", Object, "", ObjectDeletes.DeleteAsync),

        new("GetBucketLocation", "GET", Bucket, "location", BucketOperations.LocationAsync),
        new("GetBucketVersioning", "GET", Bucket, "versioning", BucketSettings.GetVersioningAsync),
        new("PutBucketVersioning", "PUT", Bucket, "versioning", BucketSettings.PutVersioningAsync),
        new("GetBucketTagging", "GET", Bucket, "tagging", TaggingOperations.GetBucketAsync),
        new("PutBucketTagging", "PUT", Bucket, "tagging", TaggingOperations.PutBucketAsync),
        new("DeleteBucketTagging", "DELETE", Bucket, "tagging", TaggingOperations.DeleteBucketAsync),
        .. Unsupported(Bucket, "GET",
            ("abac", "GetBucketAbac"), ("accelerate", "GetBucketAccelerateConfiguration"), ("acl", "GetBucketAcl"), ("cors", "GetBucketCors"), ("encryption", "GetBucketEncryption"),
            ("lifecycle", "GetBucketLifecycleConfiguration"), ("logging", "GetBucketLogging"), ("metadataConfiguration", "GetBucketMetadataConfiguration"),
            ("metadataTable", "GetBucketMetadataTableConfiguration"), ("notification", "GetBucketNotificationConfiguration"), ("object-lock", "GetObjectLockConfiguration"),
            ("ownershipControls", "GetBucketOwnershipControls"), ("policy", "GetBucketPolicy"), ("policyStatus", "GetBucketPolicyStatus"), ("publicAccessBlock", "GetPublicAccessBlock"),
            ("replication", "GetBucketReplication"), ("requestPayment", "GetBucketRequestPayment"), ("session", "CreateSession"), ("website", "GetBucketWebsite")),
        .. new[] { ("analytics", "Analytics"), ("intelligent-tiering", "IntelligentTiering"), ("inventory", "Inventory"), ("metrics", "Metrics") }.SelectMany(c => new S3Route[]
        {
            new($"GetBucket{c.Item2}Configuration", "GET", Bucket, c.Item1) { And = "id" },
            new($"ListBucket{c.Item2}Configurations", "GET", Bucket, c.Item1),
            new($"PutBucket{c.Item2}Configuration", "PUT", Bucket, c.Item1),
            new($"DeleteBucket{c.Item2}Configuration", "DELETE", Bucket, c.Item1),
        }),
        .. Unsupported(Bucket, "PUT",
            ("abac", "PutBucketAbac"), ("accelerate", "PutBucketAccelerateConfiguration"), ("acl", "PutBucketAcl"), ("cors", "PutBucketCors"), ("encryption", "PutBucketEncryption"),
            ("lifecycle", "PutBucketLifecycleConfiguration"), ("logging", "PutBucketLogging"), ("metadataInventoryTable", "UpdateBucketMetadataInventoryTableConfiguration"),
            ("metadataJournalTable", "UpdateBucketMetadataJournalTableConfiguration"), ("notification", "PutBucketNotificationConfiguration"), ("object-lock", "PutObjectLockConfiguration"),
            ("ownershipControls", "PutBucketOwnershipControls"), ("policy", "PutBucketPolicy"), ("publicAccessBlock", "PutPublicAccessBlock"), ("replication", "PutBucketReplication"),
            ("requestPayment", "PutBucketRequestPayment"), ("website", "PutBucketWebsite")),
        .. Unsupported(Bucket, "DELETE",
            ("cors", "DeleteBucketCors"), ("encryption", "DeleteBucketEncryption"), ("lifecycle", "DeleteBucketLifecycle"), ("metadataConfiguration", "DeleteBucketMetadataConfiguration"),
            ("metadataTable", "DeleteBucketMetadataTableConfiguration"), ("ownershipControls", "DeleteBucketOwnershipControls"), ("policy", "DeleteBucketPolicy"),
            ("publicAccessBlock", "DeletePublicAccessBlock"), ("replication", "DeleteBucketReplication"), ("website", "DeleteBucketWebsite")),
        .. Unsupported(Bucket, "POST", ("metadataConfiguration", "CreateBucketMetadataConfiguration"), ("metadataTable", "CreateBucketMetadataTableConfiguration")),
        new("DeleteObjects", "POST", Bucket, "delete", ObjectDeletes.DeleteManyAsync),
        new("ListMultipartUploads", "GET", Bucket, "uploads", MultipartListings.UploadsAsync),
        new("ListObjectVersions", "GET", Bucket, "versions", VersionListing.ListAsync),
        new("ListObjectsV2", "GET", Bucket, "list-type", ObjectListings.ListV2Async),
        new("ListObjects", "GET", Bucket, "", ObjectListings.ListV1Async),
        new("CreateBucket", "PUT", Bucket, "", BucketOperations.CreateAsync),
        new("HeadBucket", "HEAD", Bucket, "", BucketOperations.HeadAsync),
        new("DeleteBucket", "DELETE", Bucket, "", BucketOperations.DeleteAsync),
    ];

    /// <summary>Names of the service model that no request of their own tells apart here.</summary>
    private static readonly string[] Others = ["GetBucketLifecycle", "PutBucketLifecycle", "GetBucketNotification", "PutBucketNotification", "ListDirectoryBuckets", "WriteGetObjectResponse"];

    public static IReadOnlyList<OperationSupport> Support { get; } =
    [
        .. All.Select(r => new OperationSupport(r.Operation, r.Handler is null ? SupportLevel.Unsupported : SupportLevel.Real))
            .Concat(Others.Select(o => new OperationSupport(o, SupportLevel.Unsupported)))
            .OrderBy(o => o.Operation, StringComparer.Ordinal),
    ];

    public static S3Route? Find(S3Call call)
    {
        var level = call.BucketName.Length == 0 ? S3Level.Service : call.Key.Length == 0 ? Bucket : Object;
        return All.FirstOrDefault(r => r.Matches(call, level));
    }

    private static IEnumerable<S3Route> Unsupported(S3Level level, string method, params (string Subresource, string Operation)[] operations) =>
        operations.Select(o => new S3Route(o.Operation, method, level, o.Subresource));
}
