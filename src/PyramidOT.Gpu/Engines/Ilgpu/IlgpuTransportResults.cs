using System.Runtime.InteropServices;
using ILGPU;
using PyramidOT.Engines.Host;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>The results on the device, as the caller gets them.</summary>
internal readonly record struct IlgpuTransportResults(
    ArrayView<int> CellRows,
    ArrayView<int> CellColumns,
    ArrayView<double> CellMasses,
    ArrayView<int> CellCounts,
    ArrayView<float> RowDuals,
    ArrayView<float> ColumnDuals,
    ArrayView<double> Primal,
    ArrayView<double> Dual,
    ArrayView<int> Status)
{
    public IlgpuTransportResults(IlgpuEngine engine, TransportBuffers buffers, BatchLayout problems)
        : this(
            engine.ViewOf<int>(buffers.CellRows, problems.Rows + problems.Columns),
            engine.ViewOf<int>(buffers.CellColumns, problems.Rows + problems.Columns),
            engine.ViewOf<double>(buffers.CellMasses, problems.Rows + problems.Columns),
            engine.ViewOf<int>(buffers.CellCounts, problems.Count),
            engine.ViewOf<float>(buffers.RowDuals, problems.Rows),
            engine.ViewOf<float>(buffers.ColumnDuals, problems.Columns),
            engine.ViewOf<double>(buffers.Primal, problems.Count),
            engine.ViewOf<double>(buffers.Dual, problems.Count),
            engine.ViewOf<SolveStatus>(buffers.Status, problems.Count).Cast<int>())
    {
    }

    public IlgpuTransportResults Of(in BatchPart part)
    {
        long firstCell = part.FirstRow + part.FirstColumn;
        long cells = part.Layout.Rows + part.Layout.Columns;
        return new(
            CellRows.Part(firstCell, cells),
            CellColumns.Part(firstCell, cells),
            CellMasses.Part(firstCell, cells),
            CellCounts.Part(part.FirstProblem, part.Layout.Count),
            RowDuals.Part(part.FirstRow, part.Layout.Rows),
            ColumnDuals.Part(part.FirstColumn, part.Layout.Columns),
            Primal.Part(part.FirstProblem, part.Layout.Count),
            Dual.Part(part.FirstProblem, part.Layout.Count),
            Status.Part(part.FirstProblem, part.Layout.Count));
    }
}

/// <summary>
/// What the kernels write besides, and what the host makes of it: values in float64, masses from units. Problems that the duals do not
/// certify closely enough, or that the search gave up, the Host solves.
/// </summary>
internal sealed class IlgpuTransportOutput : IDisposable
{
    private readonly IlgpuEngine _engine;
    private readonly IlgpuTransportResults _results;
    private readonly EngineBuffer<float> _costs;
    private readonly EngineBuffer<TwoFloats> _rows;
    private readonly EngineBuffer<TwoFloats> _columns;

    public IlgpuTransportOutput(IlgpuEngine engine, BatchLayout problems, IlgpuTransportResults results)
    {
        _engine = engine;
        _results = results;
        try
        {
            _costs = engine.Allocate<float>(problems.Rows + problems.Columns);
            _rows = engine.Allocate<TwoFloats>(problems.Rows);
            _columns = engine.Allocate<TwoFloats>(problems.Columns);
        }
        catch
        {
            _costs?.Dispose();
            _rows?.Dispose();
            throw;
        }

        Views = new()
        {
            CellRows = results.CellRows,
            CellColumns = results.CellColumns,
            CellUnits = results.CellMasses.Cast<long>(),
            CellCosts = engine.ViewOf<float>(_costs, _costs.Length),
            CellCounts = results.CellCounts,
            RowDuals = results.RowDuals,
            ColumnDuals = results.ColumnDuals,
            RowParts = engine.ViewOf<TwoFloats>(_rows, problems.Rows),
            ColumnParts = engine.ViewOf<TwoFloats>(_columns, problems.Columns),
            Status = results.Status,
        };
    }

    public TransportResults Views { get; }

    /// <summary>Completes the results.</summary>
    public void Finish(BatchPart part, ArrayView<float> costs, float[] rowWeights, float[] columnWeights, IlgpuTransportWeights weights)
    {
        BatchLayout problems = part.Layout;
        long[] units = Read(Views.CellUnits);
        float[] cellCosts = Read(Views.CellCosts);
        TwoFloats[] rowParts = Read(Views.RowParts);
        TwoFloats[] columnParts = Read(Views.ColumnParts);
        int[] status = Read(_results.Status);
        double[] masses = new double[units.Length];
        double[] primal = new double[problems.Count];
        double[] dual = new double[problems.Count];
        List<int> again = [];
        for (int b = 0; b < problems.Count; b++)
        {
            if (status[b] != TransportStatus.Optimal)
            {
                primal[b] = double.PositiveInfinity;
                dual[b] = double.NaN;
                if (status[b] != TransportStatus.Infeasible)
                {
                    again.Add(b);
                }

                continue;
            }

            double magnitude = 0;
            double dualMagnitude = 0;
            long first = problems.RowOffsets[b] + problems.ColumnOffsets[b];
            for (long k = first; k < problems.RowOffsets[b + 1] + problems.ColumnOffsets[b + 1] && units[k] > 0; k++)
            {
                masses[k] = units[k] * weights.Units[b];
                primal[b] += cellCosts[k] * masses[k];
                magnitude += Math.Abs(cellCosts[k] * masses[k]);
            }

            AddUp(rowParts, problems.RowOffsets[b], weights.RowNumbers, weights.RowUnits, weights.Counts[2 * b]);
            AddUp(columnParts, problems.ColumnOffsets[b], weights.ColumnNumbers, weights.ColumnUnits, weights.Counts[(2 * b) + 1]);
            double gap = primal[b] - dual[b];
            if (!(gap <= HostTransport.CertifiedGap * magnitude || gap <= HostTransport.RoundingGap * dualMagnitude))
            {
                again.Add(b);
            }

            void AddUp(TwoFloats[] parts, long offset, int[] numbers, long[] massesOf, int count)
            {
                for (long i = offset; i < offset + count; i++)
                {
                    TwoFloats part = parts[offset + numbers[i]];
                    double value = ((double)part.High + part.Low) * (massesOf[i] * weights.Units[b]);
                    dual[b] += value;
                    dualMagnitude += Math.Abs(value);
                }
            }
        }

        Write(_results.CellMasses, masses);
        Write(_results.Primal, primal);
        Write(_results.Dual, dual);
        if (again.Count > 0)
        {
            SolveOnHost(part, again, costs, rowWeights, columnWeights);
        }
    }

    public void Dispose()
    {
        _costs.Dispose();
        _rows.Dispose();
        _columns.Dispose();
    }

    private void SolveOnHost(BatchPart part, List<int> picks, ArrayView<float> costs, float[] rowWeights, float[] columnWeights)
    {
        using HostEngine host = new(new() { Kind = EngineKind.Host });
        BatchLayout problems = part.Layout;
        foreach (int problem in picks)
        {
            BatchLayout one = BatchLayout.Uniform(1, problems.RowsOf(problem), problems.ColumnsOf(problem));
            long firstRow = problems.RowOffsets[problem];
            long firstColumn = problems.ColumnOffsets[problem];
            using EngineBuffer<float> hostCosts = host.Upload(Read(costs.Part(problems.CostOffsets[problem], one.Costs)));
            using EngineBuffer<float> rows = host.Upload<float>(rowWeights.AsSpan((int)(part.FirstRow + firstRow), (int)one.Rows));
            using EngineBuffer<float> columns = host.Upload<float>(columnWeights.AsSpan((int)(part.FirstColumn + firstColumn), (int)one.Columns));
            using TransportBuffers solved = new(host, one);
            host.Transport.Solve(one, hostCosts, rows, columns, solved);
            IlgpuTransportResults target = _results.Of(new(one, problem, firstRow, firstColumn, 0));
            Write(target.CellRows, solved.CellRows.ToArray());
            Write(target.CellColumns, solved.CellColumns.ToArray());
            Write(target.CellMasses, solved.CellMasses.ToArray());
            Write(target.CellCounts, solved.CellCounts.ToArray());
            Write(target.RowDuals, solved.RowDuals.ToArray());
            Write(target.ColumnDuals, solved.ColumnDuals.ToArray());
            Write(target.Primal, solved.Primal.ToArray());
            Write(target.Dual, solved.Dual.ToArray());
            Write(target.Status, Array.ConvertAll(solved.Status.ToArray(), status => (int)status));
        }
    }

    private T[] Read<T>(ArrayView<T> view)
        where T : unmanaged
    {
        T[] elements = new T[view.Length];
        _engine.Transfers.Read(view.Cast<byte>(), MemoryMarshal.AsBytes(elements.AsSpan()));
        return elements;
    }

    private void Write<T>(ArrayView<T> view, T[] elements)
        where T : unmanaged => _engine.Transfers.Write(view.Cast<byte>(), MemoryMarshal.AsBytes(elements.AsSpan()));
}
