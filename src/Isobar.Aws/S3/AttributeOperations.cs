using System.Globalization;

namespace Isobar.Aws.S3;

/// <summary>GetObjectAttributes.</summary>
internal static class AttributeOperations
{
    public static async Task<S3Error?> GetAsync(S3Call call)
    {
        if (call.Header("x-amz-object-attributes") is not { } header)
            return S3Error.InvalidRequest("The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty");
        var wanted = header.Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
        var (info, error) = await ObjectReads.FindAsync(call).ConfigureAwait(false);
        if (info is null) return error;
        ObjectHeaders.WriteVersion(call, info);
        call.Response.Headers.LastModified = info.LastModified.ToString("R", CultureInfo.InvariantCulture);
        await S3Xml.WriteAsync(call, "GetObjectAttributesResponse", xml =>
        {
            if (wanted.Contains("ETag")) xml.WriteElementString("ETag", info.ETag);
            if (wanted.Contains("Checksum") && info.Checksums.Count > 0)
            {
                xml.WriteStartElement("Checksum");
                xml.Checksums(info.Checksums, withType: true);
                xml.WriteEndElement();
            }
            if (wanted.Contains("ObjectParts") && info.PartSizes.Count > 0)
            {
                xml.WriteStartElement("ObjectParts");
                xml.WriteElementString("PartsCount", info.PartSizes.Count.ToString(CultureInfo.InvariantCulture));
                xml.WriteEndElement();
            }
            if (wanted.Contains("StorageClass")) xml.WriteElementString("StorageClass", info.StorageClass());
            if (wanted.Contains("ObjectSize")) xml.WriteElementString("ObjectSize", info.Size.ToString(CultureInfo.InvariantCulture));
        }).ConfigureAwait(false);
        return null;
    }
}
