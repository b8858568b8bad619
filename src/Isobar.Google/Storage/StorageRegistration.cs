using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google.Storage;

/// <summary>Registers Cloud Storage.</summary>
internal static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services) =>
        services.AddSingleton<ResumableUploads>().AddSingleton<StorageEmulator>().AddSingleton(StorageRoutes.Service);
}
