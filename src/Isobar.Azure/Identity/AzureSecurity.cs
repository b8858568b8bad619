namespace Isobar.Azure.Identity;

/// <summary>Whether credentials are looked at. By default whoever reaches the port may do everything, as with the other clouds.</summary>
internal sealed record AzureSecurity(bool Verify);
