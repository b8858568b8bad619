namespace Isobar.Aws.S3;

/// <summary>The protocol's literals.</summary>
internal static class S3Names
{
    public const string Realm = "aws";
    public const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    public const string DefaultRegion = "us-east-1";
    public const string DefaultContentType = "binary/octet-stream";
    public const string MetadataPrefix = "x-amz-meta-";
    public const string ChecksumPrefix = "x-amz-checksum-";
    public const string StorageClass = "x-amz-storage-class";
    public const string Encryption = "x-amz-server-side-encryption";
    public const string EncryptionKey = "x-amz-server-side-encryption-aws-kms-key-id";

    /// <summary>The canonical user that owns everything here.</summary>
    public const string OwnerId = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";
    public const string OwnerName = "isobar";

    public const long MaxSinglePut = 5L * 1024 * 1024 * 1024;
    public const int MaxMetadataBytes = 2 * 1024;
    public const int MaxKeyBytes = 1024;

    /// <summary>Checksum algorithms as the engine names them, with the name that the XML of S3 gives them.</summary>
    public static readonly IReadOnlyDictionary<string, string> Checksums = new Dictionary<string, string>
    {
        ["crc32"] = "CRC32",
        ["crc32c"] = "CRC32C",
        ["crc64nvme"] = "CRC64NVME",
        ["sha1"] = "SHA1",
        ["sha256"] = "SHA256",
    };

    /// <summary>Request headers that S3 stores and gives back with the object.</summary>
    public static readonly IReadOnlyList<string> StoredHeaders =
        ["cache-control", "content-disposition", "content-encoding", "content-language", "expires", "x-amz-website-redirect-location", StorageClass, Encryption, EncryptionKey];
}
