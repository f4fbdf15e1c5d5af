package dev.cenote.simulation;

/** Weighted linear least squares by the normal equations, for a few regressors. */
final class Regression {

    private final int width;
    private final double[][] products;
    private final double[] targets;
    private double squares;
    private int rows;

    /**
     * @param value of each coefficient; 0 for those left out
     * @param error its standard error; 0 for those left out
     */
    record Fit(double[] value, double[] error) {}

    Regression(int width) {
        this.width = width;
        products = new double[width][width];
        targets = new double[width];
    }

    void add(double weight, double target, double... regressors) {
        for (int i = 0; i < width; i++) {
            targets[i] += weight * target * regressors[i];
            for (int j = 0; j < width; j++) {
                products[i][j] += weight * regressors[i] * regressors[j];
            }
        }
        squares += weight * target * target;
        rows++;
    }

    /** With those regressors that are wanted. */
    Fit solve(boolean... isWanted) {
        double[][] matrix = new double[width][2 * width]; // the normal equations beside the unit matrix
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                boolean isKept = isWanted[i] && isWanted[j];
                matrix[i][j] = isKept ? products[i][j] : i == j ? 1 : 0;
            }
            matrix[i][width + i] = 1;
        }
        invert(matrix);
        double[] value = new double[width];
        double[] error = new double[width];
        double residual = squares;
        int free = rows;
        for (int i = 0; i < width; i++) {
            for (int j = 0; isWanted[i] && j < width; j++) {
                value[i] += isWanted[j] ? matrix[i][width + j] * targets[j] : 0;
            }
            residual -= value[i] * targets[i];
            free -= isWanted[i] ? 1 : 0;
        }
        for (int i = 0; i < width; i++) {
            double variance = Math.max(0, residual) / Math.max(1, free) * Math.max(0, matrix[i][width + i]);
            error[i] = isWanted[i] ? Math.sqrt(variance) : 0;
        }
        return new Fit(value, error);
    }

    /** Gauss and Jordan, with pivots from the diagonal and below. */
    private void invert(double[][] matrix) {
        for (int i = 0; i < width; i++) {
            int pivot = i;
            for (int row = i + 1; row < width; row++) {
                pivot = Math.abs(matrix[row][i]) > Math.abs(matrix[pivot][i]) ? row : pivot;
            }
            double[] swapped = matrix[i];
            matrix[i] = matrix[pivot];
            matrix[pivot] = swapped;
            double head = matrix[i][i];
            if (head == 0) {
                continue; // no information: the coefficient stays zero
            }
            for (int j = 0; j < 2 * width; j++) {
                matrix[i][j] /= head;
            }
            for (int row = 0; row < width; row++) {
                double factor = matrix[row][i];
                for (int j = 0; row != i && j < 2 * width; j++) {
                    matrix[row][j] -= factor * matrix[i][j];
                }
            }
        }
    }
}
