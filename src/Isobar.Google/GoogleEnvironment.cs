using Isobar.Google.Identity;

namespace Isobar.Google;

/// <summary>The variables by which Google's own tools find the emulator.</summary>
public static class GoogleEnvironment
{
    /// <summary>Makes them, and the key file that they name.</summary>
    public static IReadOnlyDictionary<string, string> Variables(string dataDirectory, string url)
    {
        var host = new Uri(url).Authority;
        return new Dictionary<string, string>
        {
            ["STORAGE_EMULATOR_HOST"] = url,
            ["GOOGLE_APPLICATION_CREDENTIALS"] = ServiceAccount.Write(dataDirectory, url),
            ["GOOGLE_CLOUD_PROJECT"] = ServiceAccount.Project,
            ["CLOUDSDK_CORE_PROJECT"] = ServiceAccount.Project,
            ["GCE_METADATA_HOST"] = host,
            ["GCE_METADATA_IP"] = host,
            ["CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"] = url + "/storage/v1/",
            ["CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM"] = url + "/",
            ["CLOUDSDK_AUTH_TOKEN_HOST"] = url + "/token",
            ["ISOBAR_GOOGLE_ENDPOINT"] = url,
        };
    }
}
