namespace Isobar.Azure;

/// <summary>The variables by which Microsoft's own tools find the emulator.</summary>
public static class AzureEnvironment
{
    /// <summary>Makes them.</summary>
    /// <param name="url">Where the emulator answers.</param>
    /// <param name="authority">The file of the certificate authority: Microsoft's clients send their tokens over TLS alone.</param>
    public static IReadOnlyDictionary<string, string> Variables(string url, string authority) => new Dictionary<string, string>
    {
        ["ISOBAR_AZURE_ENDPOINT"] = url,
        // Added to what Node trusts already, so that other hosts are reached as before.
        ["NODE_EXTRA_CA_CERTS"] = authority,
    };
}
