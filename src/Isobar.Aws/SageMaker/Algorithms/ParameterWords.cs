namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>How a container words its refusals.</summary>
internal abstract class ParameterWords
{
    public abstract string Missing(DocumentedParameter parameter);
    public abstract string Unknown(string name);
    public abstract string Unparsable(DocumentedParameter parameter, string value);
    public abstract string OutOfRange(DocumentedParameter parameter, string value);
    /// <summary>The failure reason of the job.</summary>
    public abstract string Reason(IReadOnlyList<string> faults);

    /// <summary>Every fault there is; real containers stop at the first.</summary>
    public List<string> Check(IReadOnlyList<DocumentedParameter> documented, IReadOnlyDictionary<string, string> given)
    {
        var faults = new List<string>();
        foreach (var parameter in documented)
        {
            if (!given.TryGetValue(parameter.Name, out var value))
            {
                if (parameter.IsRequired) faults.Add(Missing(parameter));
            }
            else if (!parameter.Parses(value)) faults.Add(Unparsable(parameter, value));
            else if (!parameter.Allows(value)) faults.Add(OutOfRange(parameter, value));
        }
        faults.AddRange(given.Keys.Where(name => documented.All(p => p.Name != name)).Order(StringComparer.Ordinal).Select(Unknown));
        return faults;
    }
}

/// <summary>The words of the open-source XGBoost container.</summary>
internal sealed class ToolkitWords : ParameterWords
{
    public override string Missing(DocumentedParameter parameter) => $"Missing required hyperparameter: {parameter.Name}";
    public override string Unknown(string name) => $"Extraneous hyperparameter found: {name}";
    public override string Unparsable(DocumentedParameter parameter, string value) => $"Hyperparameter {parameter.Name}: could not parse value '{value}'";
    public override string OutOfRange(DocumentedParameter parameter, string value) => parameter.Kind == ParameterKind.WordList
        ? $"Hyperparameter {parameter.Name}: value [{string.Join(", ", value.Split(',').Select(v => $"'{v}'"))}] not in range {parameter.WordsText}"
        : $"Hyperparameter {parameter.Name}: {value} is not in {(parameter.Kind == ParameterKind.Word ? parameter.WordsText : parameter.Interval)}";
    public override string Reason(IReadOnlyList<string> faults) => "ClientError: " + string.Join("\n", faults);
}

/// <summary>The words of Amazon's own algorithms, which check hyperparameters against a JSON schema.</summary>
internal sealed class SchemaWords : ParameterWords
{
    public override string Missing(DocumentedParameter parameter) => $"'{parameter.Name}' is a required property";
    public override string Unknown(string name) => $"Additional properties are not allowed ('{name}' was unexpected)";
    public override string Unparsable(DocumentedParameter parameter, string value) =>
        $"'{value}' is not of type '{(parameter.Kind == ParameterKind.Integer ? "integer" : "number")}' (hyperparameter '{parameter.Name}')";
    public override string OutOfRange(DocumentedParameter parameter, string value) => parameter.Words.Count > 0
        ? $"'{value}' is not one of {parameter.WordsText} (hyperparameter '{parameter.Name}')"
        : $"{value} is not in {parameter.Interval} (hyperparameter '{parameter.Name}')";
    public override string Reason(IReadOnlyList<string> faults) =>
        "ClientError: Unable to initialize the algorithm. Failed to validate hyperparameters. (caused by ValidationError)\n\nCaused by: " + string.Join("\n", faults);
}
