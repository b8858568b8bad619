using System.Text.Json.Nodes;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Experiments;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;

namespace Isobar.Aws.SageMaker.Searching;

/// <summary>Search over training jobs and the resources of experiments.</summary>
internal sealed class SearchOperations(
    TrainingJobOperations training, ResourceTable<CreateExperimentRequest> experiments, ResourceTable<CreateTrialRequest> trials,
    ResourceTable<CreateTrialComponentRequest> components, TrialMetrics metrics, ResourceTags tags) : ISageMakerOperations
{
    private sealed record Found(string Name, JsonObject Document, SearchRecord Record);

    public void AddTo(SageMakerService service) =>
        service.Add<SearchRequest, SearchResponse>("Search", SearchAsync, note: "TrainingJob, Experiment, ExperimentTrial and ExperimentTrialComponent");

    private async Task<AwsResult<SearchResponse>> SearchAsync(SearchRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!(await AllAsync(request.Resource!, caller, ct)).TryGet(out var all, out var failure)) return failure;
        var fitting = all.Where(f => SearchFilters.Fits(f.Document, request.SearchExpression)).ToList();
        var sortBy = request.SortBy ?? "LastModifiedTime";
        var page = Paging.Cut(fitting, f => SearchFilters.SortText(SearchFilters.At(f.Document, sortBy)), f => f.Name, request.SortOrder != "Ascending", request.MaxResults, request.NextToken);
        if (!page.TryGet(out var cut, out var bad)) return bad;
        return new SearchResponse { Results = [.. cut.Items.Select(f => f.Record)], NextToken = cut.NextToken, TotalHits = new TotalHits { Value = fitting.Count, Relation = "EqualTo" } };
    }

    private async Task<AwsResult<List<Found>>> AllAsync(string resource, AwsCaller caller, CancellationToken ct)
    {
        var found = new List<Found>();
        switch (resource)
        {
            case "TrainingJob":
                foreach (var (stored, job) in await training.AllAsync(caller, ct))
                {
                    var shown = SageMakerJson.Reshape<TrainingJob>(TrainingView.Describe(stored, job)) with { Tags = await tags.ListAsync(stored.Arn, ct) };
                    found.Add(new(stored.Name, SageMakerJson.Node(shown), new SearchRecord { TrainingJob = shown }));
                }
                return found;
            case "Experiment":
                foreach (var stored in await experiments.ListAsync(caller, ct))
                {
                    var shown = SageMakerJson.Reshape<Experiment>(stored.Request) with { ExperimentArn = stored.Arn, CreationTime = stored.Created, LastModifiedTime = stored.Modified, Tags = await tags.ListAsync(stored.Arn, ct) };
                    found.Add(new(stored.Name, SageMakerJson.Node(shown), new SearchRecord { Experiment = shown }));
                }
                return found;
            case "ExperimentTrial":
                foreach (var stored in await trials.ListAsync(caller, ct))
                {
                    var shown = SageMakerJson.Reshape<Trial>(stored.Request) with { TrialArn = stored.Arn, CreationTime = stored.Created, LastModifiedTime = stored.Modified, Tags = await tags.ListAsync(stored.Arn, ct) };
                    found.Add(new(stored.Name, SageMakerJson.Node(shown), new SearchRecord { Trial = shown }));
                }
                return found;
            case "ExperimentTrialComponent":
                foreach (var stored in await components.ListAsync(caller, ct))
                {
                    var shown = SageMakerJson.Reshape<TrialComponent>(stored.Request) with
                    {
                        TrialComponentArn = stored.Arn,
                        CreationTime = stored.Created,
                        LastModifiedTime = stored.Modified,
                        Metrics = await metrics.ListAsync(stored.Arn, ct),
                        Tags = await tags.ListAsync(stored.Arn, ct),
                    };
                    found.Add(new(stored.Name, SageMakerJson.Node(shown), new SearchRecord { TrialComponent = shown }));
                }
                return found;
            default:
                return SageMakerErrors.Invalid($"Search over {resource} is not supported here; TrainingJob, Experiment, ExperimentTrial and ExperimentTrialComponent are.");
        }
    }
}
