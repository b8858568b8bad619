using Grpc.Core;
using Isobar.Google.Locations.V1;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.Locations;

/// <summary><c>google.cloud.location.Locations</c>, which Google's clients have beside their own methods: the regions of Vertex AI. The emulator works in any of them, and in others too.</summary>
internal sealed class LocationsRpc : Google.Locations.V1.Locations.LocationsBase
{
    // As Vertex AI's documentation lists them (cloud.google.com/vertex-ai/docs/general/locations, 2026).
    private static readonly string[] Regions =
    [
        "africa-south1", "asia-east1", "asia-east2", "asia-northeast1", "asia-northeast2", "asia-northeast3", "asia-south1", "asia-southeast1", "asia-southeast2", "australia-southeast1", "australia-southeast2",
        "europe-central2", "europe-north1", "europe-southwest1", "europe-west1", "europe-west2", "europe-west3", "europe-west4", "europe-west6", "europe-west8", "europe-west9", "europe-west12",
        "me-central1", "me-central2", "me-west1", "northamerica-northeast1", "northamerica-northeast2", "southamerica-east1", "southamerica-west1",
        "us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2", "us-west3", "us-west4",
    ];

    public override Task<ListLocationsResponse> ListLocations(ListLocationsRequest request, ServerCallContext context)
    {
        if (request.Name.Split('/') is not ["projects", { Length: > 0 }]) throw Faults.Invalid("name", request.Name, "projects/PROJECT");
        // They have no times: by name, as they stand.
        var all = Regions.Select((r, i) => new Stored<Location>(r, Of(request.Name, r), DateTimeOffset.UnixEpoch.AddSeconds(-i)));
        var (page, next) = Listing.Cut(all, request.Filter, "", request.PageSize, request.PageToken, (l, path) => path switch { "name" => l.Value.Name, "location_id" or "locationId" => l.Name, _ => null });
        return Task.FromResult(new ListLocationsResponse { Locations = { page.Select(l => l.Value) }, NextPageToken = next });
    }

    public override Task<Location> GetLocation(GetLocationRequest request, ServerCallContext context) =>
        request.Name.Split('/') is ["projects", { Length: > 0 } project, "locations", var region] && Regions.Contains(region) ? Task.FromResult(Of($"projects/{project}", region)) : throw Faults.NotFound(request.Name);

    private static Location Of(string project, string region) => new() { Name = $"{project}/locations/{region}", LocationId = region, Labels = { ["cloud.googleapis.com/region"] = region } };
}
