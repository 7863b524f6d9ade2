namespace Gorb.Why;

/// <summary>Follows a packet step by step to the first broken link. Pure: all facts are in the question.</summary>
internal static class Trace
{
    /// <summary>The number of backends whose way is followed where the scheduler could choose any of them.</summary>
    private const int MaxBackends = 16;

    /// <summary>Returns the steps of the packet's way, and what they come to.</summary>
    public static WhyView Run(Question question)
    {
        var steps = new List<WhyStep>();
        if (!Follow(steps, Arrival.Trace(question), null))
        {
            return View(question, steps);
        }

        var choice = Choice.Make(question);
        if (!Follow(steps, choice.Steps, null))
        {
            return View(question, steps);
        }

        foreach (var destination in choice.Destinations.Take(MaxBackends))
        {
            Follow(steps, Forwarding.Trace(question, destination).Concat(Return.Trace(question, destination)), question.NameOf(destination.Destination.Key));
        }

        if (choice.Destinations.Count > MaxBackends)
        {
            steps.Add(WhyStep.Unknown("backend", $"{choice.Destinations.Count - MaxBackends} more backends were not followed"));
        }

        return View(question, steps);
    }

    /// <summary>Adds steps up to the first broken one.</summary>
    /// <returns>False when one is broken.</returns>
    private static bool Follow(List<WhyStep> steps, IEnumerable<WhyStep> way, string? backend)
    {
        foreach (var step in way)
        {
            steps.Add(step with { Backend = backend });
            if (step.Result == StepResult.Broken)
            {
                return false;
            }
        }

        return true;
    }

    private static WhyView View(Question question, List<WhyStep> steps)
    {
        var broken = steps.Find(static step => step.Result == StepResult.Broken);
        var backends = steps.Select(static step => step.Backend).OfType<string>().Distinct().ToList();
        return new WhyView(
            question.Port is { } port ? new System.Net.IPEndPoint(question.Client, port).ToString() : question.Client.ToString(),
            question.Service.Name,
            broken is not null,
            Summarize(question, broken, backends, steps),
            broken?.Command,
            [.. steps.Select(static step => new WhyStepView(step.Name, Word(step.Result), step.Seen, step.Backend, step.Command))]);
    }

    private static string Summarize(Question question, WhyStep? broken, List<string> backends, List<WhyStep> steps)
    {
        var packets = $"Packets of {question.Client} for {question.Service.Name}";
        if (broken is null)
        {
            var doubts = steps.Where(static step => step.Result == StepResult.Unknown).Select(static step => step.Name).Distinct().ToList();
            var end = backends.Count == 1 ? $"reach {backends[0]}" : $"reach one of {backends.Count} backends";
            return $"{packets} {end}, as far as this host can see{(doubts.Count > 0 ? $"; it cannot see: {string.Join(", ", doubts)}" : "")}.";
        }

        var when = broken.Backend is { } backend && backends.Count > 1 ? $" when {backend} is chosen" : "";
        return $"{packets} are lost{when}: {broken.Seen}.";
    }

    private static string Word(StepResult result) => result switch
    {
        StepResult.Good => "ok",
        StepResult.Broken => "broken",
        _ => "unknown",
    };
}
